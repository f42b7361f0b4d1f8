package dev.rwo.agent.workload;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.firstboot.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Deploys the stacks found on disk once the node is active, and again when their files change. What was deployed is
 * remembered in the swarm itself, so a stack that an operator removes stays removed.
 */
public final class WorkloadController implements Controller<WorkloadController.View, WorkloadController.Deploy> {

    private static final Duration SWEEP = Duration.ofMinutes(1);
    /** How long a stack that could not be deployed rests before the next try. */
    private static final Duration REST = Duration.ofMinutes(1);

    private static final String MARK = "rwo.stack.";
    /** What Swarm says of a task that no node's labels admit. */
    private static final String NO_NODE = "no suitable node";

    /** One hand deploys, or two boxes with different seeds would undo each other's work. */
    private static final Verdict ELSEWHERE = Verdict.done("the agent beside the swarm's leader deploys the stacks");

    private final Orchestrator orchestrator;
    private final StackCatalog catalog;
    private final Clock clock;
    private final Consumer<Topic> news;
    private final Map<String, Failure> failures = new ConcurrentHashMap<>();

    /**
     * For one box.
     *
     * @param roots folders of stacks, in rising order of preference
     * @param news told {@link Topic#WORKLOAD} after a change
     */
    public WorkloadController(Orchestrator orchestrator, List<Path> roots, Clock clock, Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.catalog = new StackCatalog(roots);
        this.clock = clock;
        this.news = news;
    }

    /**
     * The last failed try of a stack.
     *
     * @param digest which files failed
     * @param at when
     * @param message why, one line
     */
    public record Failure(String digest, Instant at, String message) {}

    /**
     * What decides.
     *
     * @param joined whether the node was ever active
     * @param takesTasks whether it is active now
     * @param stacks the stacks on disk
     * @param cluster the swarm, whose labels say what was deployed
     * @param services what runs
     * @param failures the last failed try by stack
     */
    public record View(
            boolean joined,
            boolean takesTasks,
            List<Stack> stacks,
            Cluster cluster,
            List<ServiceState> services,
            Map<String, Failure> failures) {}

    /** Loads a stack's images, deploys it and remembers it. */
    public record Deploy(Stack stack, String reason) implements Step {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "workload", Stage.WORKLOADS, Set.of(Topic.WORKLOAD), Set.of("swarm.stacks", "engine.images"), SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        Collection<Stack> stacks;
        try {
            stacks = catalog.stacks();
        } catch (IOException unreadable) {
            throw new ObservationException(Verdict.failed("the stacks cannot be read: " + unreadable.getMessage(), ""));
        }
        ClusterNode node = OwnNode.ofLeader(orchestrator, ELSEWHERE);
        try {
            return new View(
                    node.labels().containsKey(OwnedLabels.JOINED),
                    node.availability() == Availability.ACTIVE,
                    List.copyOf(stacks),
                    orchestrator.cluster(),
                    orchestrator.services(),
                    Map.copyOf(failures));
        } catch (OrchestratorException unanswered) {
            throw OwnNode.noAnswer();
        }
    }

    @Override
    public Plan<Deploy> plan(View view, Instant now) {
        if (!view.joined()) {
            return Plan.nothing(Verdict.waiting("waiting for the node to be active", ""));
        }
        List<Deploy> steps = new ArrayList<>();
        List<Deploy> retries = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (Stack stack : view.stacks()) {
            if (stack.digest().equals(view.cluster().labels().get(MARK + stack.name()))) {
                continue;
            }
            Optional<Failure> failure = Optional.ofNullable(view.failures().get(stack.name()))
                    .filter(last -> last.digest().equals(stack.digest()));
            failure.ifPresent(last -> broken.add(last.message()));
            Deploy deploy = new Deploy(stack, "stack " + stack.name() + " is new or its files changed");
            if (failure.isEmpty()) {
                steps.add(deploy);
            } else if (!now.isBefore(failure.get().at().plus(REST))) {
                retries.add(deploy);
            }
        }
        // A step that fails ends the round: what failed before comes last, or it would hold up the others.
        steps.addAll(retries);
        return new Plan<>(steps, verdict(view, broken, steps));
    }

    private static Verdict verdict(View view, List<String> broken, List<Deploy> steps) {
        if (!broken.isEmpty()) {
            return Verdict.degraded(
                    String.join("; ", broken), "mend the stack's files on the seed and restart the box");
        }
        if (!steps.isEmpty()) {
            return Verdict.running("deploying " + steps.getFirst().stack().name());
        }
        if (view.services().isEmpty()) {
            return Verdict.done("no stacks");
        }
        List<String> starting = new ArrayList<>();
        List<String> said = new ArrayList<>();
        String hint = "";
        for (ServiceState service : view.services()) {
            String progress = service.progress();
            if (service.running() < service.desired()) {
                if (service.pending().stream().anyMatch(error -> error.contains(NO_NODE))) {
                    progress += " (no suitable node)";
                    hint = "to see why: rwo explain " + service.name();
                } else {
                    progress += service.pending().isEmpty()
                            ? ""
                            : " (" + service.pending().getFirst() + ")";
                    starting.add(service.name());
                }
            }
            said.add(progress);
        }
        String reason = String.join(", ", said);
        return starting.isEmpty() || !view.takesTasks()
                ? new Verdict(dev.rwo.firstboot.StageState.DONE, reason, hint)
                : Verdict.running(reason);
    }

    @Override
    public Outcome act(Deploy step) {
        Stack stack = step.stack();
        try {
            ComposeFile compose = ComposeFile.read(stack.composeFile());
            for (Path archive : stack.archives()) {
                orchestrator.loadImages(archive);
            }
            deploy(stack, compose);
            remember(stack);
            failures.remove(stack.name());
            news.accept(Topic.WORKLOAD);
            return Outcome.applied();
        } catch (StackException | OrchestratorException failed) {
            String message = String.valueOf(failed.getMessage());
            failures.put(stack.name(), new Failure(stack.digest(), clock.instant(), message));
            return new Outcome.Failed(message);
        }
    }

    private void deploy(Stack stack, ComposeFile compose) throws StackException {
        try {
            orchestrator.deployStack(stack.name(), stack.composeFile());
        } catch (OrchestratorException refused) {
            String message = String.valueOf(refused.getMessage());
            String prefix = stack.composeFile() + ": ";
            throw new StackException(
                    compose.locate(message.startsWith(prefix) ? message.substring(prefix.length()) : message));
        }
    }

    private void remember(Stack stack) throws OrchestratorException {
        Cluster cluster = orchestrator.cluster();
        SortedMap<String, String> labels = new TreeMap<>(cluster.labels());
        labels.put(MARK + stack.name(), stack.digest());
        orchestrator.labelCluster(cluster.version(), labels);
    }
}
