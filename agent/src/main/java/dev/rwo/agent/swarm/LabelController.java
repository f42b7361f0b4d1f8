package dev.rwo.agent.swarm;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.firstboot.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes the box's hardware labels on its node in the swarm, touching only keys we own.
 *
 * <p>A label whose fact is unknown just now keeps its last value: in Swarm a label that goes away evicts running tasks.
 */
public final class LabelController implements Controller<LabelController.View, LabelController.Change> {

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Orchestrator orchestrator;
    private final Supplier<Optional<NodeFacts>> facts;
    private final Consumer<Set<String>> released;
    private final Consumer<Topic> news;

    /**
     * For one box.
     *
     * @param facts what the hardware says, empty until the first profile
     * @param released told which retired {@code site.*} labels are gone from the swarm
     * @param news told {@link Topic#SWARM} after a change
     */
    public LabelController(
            Orchestrator orchestrator,
            Supplier<Optional<NodeFacts>> facts,
            Consumer<Set<String>> released,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.facts = facts;
        this.released = released;
        this.news = news;
    }

    /**
     * What decides.
     *
     * @param node the node as the cluster has it
     * @param facts what the hardware says
     */
    public record View(ClusterNode node, NodeFacts facts) {

        /** Short: {@code rwo why} shows the labels elsewhere. */
        @Override
        public String toString() {
            return "node " + node.id() + " version " + node.version() + ", "
                    + OwnedLabels.of(node.labels()).size() + " labels of ours, profile " + facts.revision();
        }
    }

    /** What it does. */
    public sealed interface Change extends Step {}

    /**
     * Replaces the labels.
     *
     * @param node the node as it was seen
     * @param labels all labels the node shall have, the operator's among them
     */
    public record Write(ClusterNode node, SortedMap<String, String> labels, String reason) implements Change {}

    /** Says that labels which no rule sets any more are gone. */
    public record Release(Set<String> keys, String reason) implements Change {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "labels", Stage.LABELS, Set.of(Topic.HARDWARE, Topic.SWARM), Set.of("swarm.node.labels"), SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        NodeFacts known = facts.get()
                .orElseThrow(() -> new ObservationException(Verdict.waiting("waiting for the hardware profile", "")));
        return new View(OwnNode.ofManager(orchestrator), known);
    }

    @Override
    public Plan<Change> plan(View view, Instant now) {
        SortedMap<String, String> wanted = wanted(view);
        if (!wanted.equals(view.node().labels())) {
            return Plan.of(
                    new Write(view.node(), wanted, "the labels in the swarm differ from the hardware"),
                    Verdict.running("writing labels"));
        }
        Verdict done = Verdict.done(OwnedLabels.of(wanted).size() + " labels, profile "
                + view.facts().revision());
        Set<String> retired = view.facts().retired();
        return retired.isEmpty()
                ? Plan.nothing(done)
                : Plan.of(new Release(retired, "labels of rules that are gone are no longer in the swarm"), done);
    }

    private static SortedMap<String, String> wanted(View view) {
        SortedMap<String, String> wanted = new TreeMap<>(view.node().labels());
        wanted.keySet().removeIf(key -> isOver(key, view.facts()));
        wanted.putAll(view.facts().labels());
        return wanted;
    }

    /** Whether a label is ours to take away unless the hardware still earns it. */
    private static boolean isOver(String key, NodeFacts facts) {
        return OwnedLabels.isHardware(key)
                ? !facts.unknown().covers(key)
                : facts.retired().contains(key);
    }

    @Override
    public Outcome act(Change step) {
        return switch (step) {
            case Write write -> write(write);
            case Release release -> {
                released.accept(release.keys());
                yield Outcome.unchanged();
            }
        };
    }

    private Outcome write(Write step) {
        try {
            orchestrator.updateNode(step.node(), step.labels(), null);
            news.accept(Topic.SWARM);
            return Outcome.applied();
        } catch (OrchestratorException refused) {
            return new Outcome.Failed(String.valueOf(refused.getMessage()));
        }
    }
}
