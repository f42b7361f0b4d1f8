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
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes a labelled node active, once. A node that an operator drains later stays drained: the same write that
 * activates it leaves the label {@link OwnedLabels#JOINED}.
 */
public final class ActivationController
        implements Controller<ActivationController.View, ActivationController.Activate> {

    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final String REVISION_LABEL = "edge.profile.rev";

    private final Orchestrator orchestrator;
    private final Supplier<Optional<NodeFacts>> facts;
    private final Consumer<Topic> news;

    /**
     * For one box.
     *
     * @param facts what the hardware says, empty until the first profile
     * @param news told {@link Topic#WORKLOAD} after a change
     */
    public ActivationController(Orchestrator orchestrator, Supplier<Optional<NodeFacts>> facts, Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.facts = facts;
        this.news = news;
    }

    /**
     * What decides.
     *
     * @param node the node as the cluster has it
     * @param revision the profile's revision, empty until there is one
     */
    public record View(ClusterNode node, String revision) {

        /** Short: the labels are shown elsewhere. */
        @Override
        public String toString() {
            return "node " + node.id() + " is " + node.availability().word() + " and " + node.state()
                    + ", labelled for profile " + node.labels().getOrDefault(REVISION_LABEL, "none") + " of "
                    + revision;
        }
    }

    /**
     * Makes it active.
     *
     * @param at the moment to leave in the label
     */
    public record Activate(ClusterNode node, Instant at, String reason) implements Step {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "activation",
                Stage.ACTIVE,
                Set.of(Topic.SWARM, Topic.HARDWARE),
                Set.of("swarm.node.availability"),
                SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        return new View(
                OwnNode.ofManager(orchestrator),
                facts.get().map(NodeFacts::revision).orElse(""));
    }

    @Override
    public Plan<Activate> plan(View view, Instant now) {
        ClusterNode node = view.node();
        if (node.labels().containsKey(OwnedLabels.JOINED)) {
            return Plan.nothing(afterJoining(node));
        }
        if (view.revision().isEmpty() || !view.revision().equals(node.labels().get(REVISION_LABEL))) {
            return Plan.nothing(Verdict.waiting("waiting for the labels", ""));
        }
        return Plan.of(
                new Activate(node, now, "the node is labelled and was never active"), Verdict.running("activating"));
    }

    private static Verdict afterJoining(ClusterNode node) {
        if (!node.state().equals("ready")) {
            return Verdict.waiting("the swarm says this node is " + node.state(), "");
        }
        return switch (node.availability()) {
            case ACTIVE -> Verdict.done("takes workloads");
            case PAUSE, DRAIN ->
                Verdict.degraded(
                        "an operator set this node to " + node.availability().word(),
                        "to use it again: docker node update --availability active " + node.hostname());
        };
    }

    @Override
    public Outcome act(Activate step) {
        SortedMap<String, String> labels = new TreeMap<>(step.node().labels());
        // Label values hold no colons: the basic form of ISO 8601.
        labels.put(
                OwnedLabels.JOINED,
                step.at()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace("-", "")
                        .replace(":", ""));
        try {
            orchestrator.updateNode(step.node(), labels, Availability.ACTIVE);
            news.accept(Topic.SWARM);
            news.accept(Topic.WORKLOAD);
            return Outcome.applied();
        } catch (OrchestratorException refused) {
            return new Outcome.Failed(String.valueOf(refused.getMessage()));
        }
    }
}
