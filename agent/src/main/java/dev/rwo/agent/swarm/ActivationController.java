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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes a labelled node active, once; only the agent beside the swarm's leader does, for every node. A node that an
 * operator drains later stays drained: the same write that activates it leaves the label {@link OwnedLabels#JOINED}. One
 * that is drained for a restart is left to who drained it ({@link DrainMark}). A node whose entry was removed while it was away gets back what the operator had left it at.
 */
public final class ActivationController implements Controller<ActivationController.View, ActivationController.Change> {

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Orchestrator orchestrator;
    private final Neighbours neighbours;
    private final Supplier<Optional<NodeFacts>> facts;
    private final BooleanSupplier provisional;
    private final Consumer<Topic> news;

    /** For a box that knows no others. */
    public ActivationController(Orchestrator orchestrator, Supplier<Optional<NodeFacts>> facts, Consumer<Topic> news) {
        this(orchestrator, Neighbours.none(), facts, () -> false, news);
    }

    /**
     * For one box among others.
     *
     * @param facts what the hardware says, empty until the first profile
     * @param provisional whether the swarm does not count yet and may be given up
     * @param news told {@link Topic#WORKLOAD} after a change
     */
    public ActivationController(
            Orchestrator orchestrator,
            Neighbours neighbours,
            Supplier<Optional<NodeFacts>> facts,
            BooleanSupplier provisional,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.neighbours = neighbours;
        this.facts = facts;
        this.provisional = provisional;
        this.news = news;
    }

    /**
     * What decides.
     *
     * @param node this box's node as the cluster has it
     * @param revision this box's profile's revision, empty until there is one
     * @param leads whether this box activates
     * @param others the other nodes, while this box leads
     * @param kept what is kept of nodes whose entries were removed, while this box leads
     */
    public record View(
            ClusterNode node, String revision, boolean leads, List<ClusterNode> others, List<KeptNode> kept) {

        /** Copies the lists. */
        public View {
            others = List.copyOf(others);
            kept = List.copyOf(kept);
        }

        /** Short: the labels are shown elsewhere. */
        @Override
        public String toString() {
            return "node " + node.id() + " is " + node.availability().word() + " and " + node.state()
                    + ", labelled for profile " + node.labels().getOrDefault(OwnedLabels.REVISION, "none") + " of "
                    + revision + (leads ? ", leading with " + others.size() + " others" : ", not leading");
        }
    }

    /** What it does. */
    public sealed interface Change extends Step {}

    /**
     * Makes a node active, or what the operator had left it at.
     *
     * @param at the moment to leave in the label
     */
    public record Activate(ClusterNode node, Availability availability, Instant at, String reason) implements Change {}

    /** Gives up what was kept of a node that is back. */
    public record Forget(KeptNode kept, String reason) implements Change {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "activation",
                Stage.ACTIVE,
                Set.of(Topic.SWARM, Topic.HARDWARE, Topic.MEMBERS),
                Set.of("swarm.node.availability"),
                SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        if (provisional.getAsBoolean()) {
            throw new ObservationException(
                    Verdict.waiting("the new swarm does not count before all boxes know it", ""));
        }
        OwnNode.Sight sight = OwnNode.look(orchestrator, neighbours);
        String revision = facts.get().map(NodeFacts::revision).orElse("");
        if (!sight.leads()) {
            return new View(sight.own(), revision, false, List.of(), List.of());
        }
        List<ClusterNode> others = sight.nodes().stream()
                .filter(node -> !node.id().equals(sight.own().id()))
                .toList();
        try {
            return new View(
                    sight.own(),
                    revision,
                    true,
                    others,
                    KeptNode.in(orchestrator.cluster().labels()));
        } catch (OrchestratorException unanswered) {
            throw OwnNode.noAnswer();
        }
    }

    @Override
    public Plan<Change> plan(View view, Instant now) {
        List<Change> steps = new ArrayList<>();
        if (view.leads()) {
            if (isLabelled(view)) {
                change(view.node(), view, now).ifPresent(steps::add);
            }
            view.others().stream()
                    .filter(node -> node.isReady() && node.labels().containsKey(OwnedLabels.REVISION))
                    .forEach(node -> change(node, view, now).ifPresent(steps::add));
        }
        return new Plan<>(steps, verdict(view));
    }

    private static boolean isLabelled(View view) {
        return view.node().labels().containsKey(OwnedLabels.JOINED)
                || (!view.revision().isEmpty()
                        && view.revision().equals(view.node().labels().get(OwnedLabels.REVISION)));
    }

    private static Optional<Change> change(ClusterNode node, View view, Instant now) {
        Optional<KeptNode> kept = KeptNode.find(
                view.kept(), node.labels().getOrDefault(OwnedLabels.NODE_ID, ""), OwnedLabels.machine(node.labels()));
        if (kept.isPresent()
                && !node.labels().keySet().containsAll(kept.get().labels().keySet())) {
            // First its labels, or tasks would be placed where the operator does not want them.
            return Optional.empty();
        }
        Availability wanted = kept.filter(each -> !each.joined().isEmpty())
                .map(KeptNode::availability)
                .orElse(Availability.ACTIVE);
        if (!node.labels().containsKey(OwnedLabels.JOINED)) {
            return Optional.of(new Activate(
                    node,
                    wanted,
                    now,
                    wanted == Availability.ACTIVE
                            ? "the node is labelled and was never active"
                            : node.hostname() + " is back, and an operator had set it to " + wanted.word()));
        }
        if (kept.isPresent() && wanted != Availability.ACTIVE && node.availability() == Availability.ACTIVE) {
            return Optional.of(new Activate(
                    node, wanted, now, node.hostname() + " is back, and an operator had set it to " + wanted.word()));
        }
        return kept.map(each -> new Forget(each, node.hostname() + " has back what was kept of it"));
    }

    private static Verdict verdict(View view) {
        if (view.node().labels().containsKey(OwnedLabels.JOINED)) {
            return afterJoining(view.node());
        }
        if (!isLabelled(view)) {
            return Verdict.waiting("waiting for the labels", "");
        }
        return view.leads()
                ? Verdict.running("activating")
                : Verdict.waiting("the leader has not made this node active yet", "");
    }

    private static Verdict afterJoining(ClusterNode node) {
        Optional<DrainMark> ours = DrainMark.of(node);
        if (!node.state().equals("ready")) {
            return Verdict.waiting("the swarm says this node is " + node.state(), "");
        }
        if (ours.isPresent() && node.availability() == Availability.DRAIN) {
            return Verdict.degraded(
                    "drained for " + ours.get().reason(), "it takes workloads again by itself; see rwo upgrade status");
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
    public Outcome act(Change step) {
        try {
            switch (step) {
                case Activate activate -> activate(activate);
                case Forget forget -> {
                    Cluster cluster = orchestrator.cluster();
                    orchestrator.labelCluster(cluster.version(), forget.kept().removedFrom(cluster.labels()));
                }
            }
            news.accept(Topic.SWARM);
            news.accept(Topic.WORKLOAD);
            return Outcome.applied();
        } catch (OrchestratorException refused) {
            return refused.outcome();
        }
    }

    private void activate(Activate step) throws OrchestratorException {
        SortedMap<String, String> labels = new TreeMap<>(step.node().labels());
        labels.put(OwnedLabels.JOINED, OwnedLabels.mark(step.at()));
        orchestrator.updateNode(step.node(), labels, step.availability());
    }
}
