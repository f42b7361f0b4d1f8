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
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.firstboot.Stage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the hardware labels of every box on its node in the swarm, touching only keys we own. Only the agent beside the
 * swarm's leader writes; the others tell it what their hardware says, and look whether it was written.
 *
 * <p>A label whose fact is unknown just now keeps its last value: in Swarm a label that goes away evicts running tasks.
 */
public final class LabelController implements Controller<LabelController.View, LabelController.Change> {

    private static final Logger LOG = Logger.getLogger(LabelController.class);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    /** How soon to look again for a box that has not said what its labels are. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Orchestrator orchestrator;
    private final Neighbours neighbours;
    private final LabelCourier courier;
    private final LookAlikes lookAlikes;
    private final Supplier<Optional<NodeFacts>> facts;
    private final Consumer<Set<String>> released;
    private final Consumer<Topic> news;

    /** For a box that knows no others. */
    public LabelController(
            Orchestrator orchestrator,
            Supplier<Optional<NodeFacts>> facts,
            Consumer<Set<String>> released,
            Consumer<Topic> news) {
        this(
                orchestrator,
                Neighbours.none(),
                new LabelCourier(Neighbours.none(), Clock.systemUTC(), news),
                new LookAlikes(Clock.systemUTC()),
                facts,
                released,
                news);
    }

    /**
     * For one box among others.
     *
     * @param courier fetches the others' labels while this box leads
     * @param lookAlikes knows which machines cannot be told from each other
     * @param facts what the hardware says, empty until the first profile
     * @param released told which retired {@code site.*} labels are gone from the swarm
     * @param news told {@link Topic#SWARM} after a change
     */
    public LabelController(
            Orchestrator orchestrator,
            Neighbours neighbours,
            LabelCourier courier,
            LookAlikes lookAlikes,
            Supplier<Optional<NodeFacts>> facts,
            Consumer<Set<String>> released,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.neighbours = neighbours;
        this.courier = courier;
        this.lookAlikes = lookAlikes;
        this.facts = facts;
        this.released = released;
        this.news = news;
    }

    /**
     * A box and its node.
     *
     * @param node the node as the cluster has it
     * @param labels what the box's hardware says
     * @param id the box's node ID, empty when it does not matter
     * @param hardware the machine's hash, empty when unknown, {@link OwnedLabels#SHARED} when others have it, too
     * @param kept what is to be restored, because the box was away for so long that its entry was removed; null for none
     */
    public record Box(
            ClusterNode node,
            BoxLabels labels,
            String id,
            String hardware,
            @Nullable KeptNode kept) {

        /** A box that gossip sees, on the leader. */
        public static Box of(
                ClusterNode node, BoxLabels labels, Member member, List<KeptNode> kept, LookAlikes lookAlikes) {
            String hardware = lookAlikes.label(node, member.digest().hardware());
            String machine = hardware.equals(OwnedLabels.SHARED) ? "" : hardware;
            return new Box(
                    node,
                    labels,
                    member.nodeId(),
                    hardware,
                    KeptNode.find(kept, member.nodeId(), machine).orElse(null));
        }
    }

    /**
     * What decides.
     *
     * @param own this box
     * @param leads whether this box writes
     * @param others the other boxes whose labels are known, while this box leads
     * @param unheard how many boxes that are there have not said yet what their labels are
     */
    public record View(Box own, boolean leads, List<Box> others, int unheard) {

        /** Copies the list. */
        public View {
            others = List.copyOf(others);
        }

        /** Short: {@code rwo why} shows the labels elsewhere. */
        @Override
        public String toString() {
            return "node " + own.node().id() + " version " + own.node().version() + ", "
                    + OwnedLabels.of(own.node().labels()).size() + " labels of ours, profile "
                    + own.labels().revision()
                    + (leads
                            ? ", leading with " + others.size() + " others, " + unheard + " unheard"
                            : ", not leading");
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

    /**
     * Says that labels which no rule sets any more are gone.
     *
     * @param node whose rules
     * @param own whether it is this box
     */
    public record Release(ClusterNode node, boolean own, Set<String> keys, String reason) implements Change {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "labels",
                Stage.LABELS,
                Set.of(Topic.HARDWARE, Topic.SWARM, Topic.MEMBERS),
                Set.of("swarm.node.labels"),
                SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        NodeFacts known = facts.get()
                .orElseThrow(() -> new ObservationException(Verdict.waiting("waiting for the hardware profile", "")));
        BoxLabels labels = BoxLabels.of(known);
        String hash = labels.hash();
        neighbours.membership().tell(digest -> digest.withProfile(hash));
        OwnNode.Sight sight = OwnNode.look(orchestrator, neighbours);
        Member self = neighbours.members().self();
        if (!sight.leads()) {
            courier.announce(sight.own().id(), hash);
            String hardware = LookAlikes.labelled(sight.own(), self.digest().hardware());
            return new View(new Box(sight.own(), labels, self.nodeId(), hardware, null), false, List.of(), 0);
        }
        List<KeptNode> kept = kept();
        Map<ClusterNode, Member> present = present(sight);
        lookAlikes.look(living(present));
        return others(box(sight.own(), labels, self, kept), present, sight, kept);
    }

    private List<KeptNode> kept() throws ObservationException {
        try {
            return KeptNode.in(orchestrator.cluster().labels());
        } catch (OrchestratorException unanswered) {
            throw OwnNode.noAnswer();
        }
    }

    /** The entries whose boxes gossip sees, this one among them. */
    private Map<ClusterNode, Member> present(OwnNode.Sight sight) {
        MemberTable members = neighbours.members();
        Map<ClusterNode, Member> present = new LinkedHashMap<>();
        for (ClusterNode node : sight.nodes()) {
            if (node.id().equals(sight.own().id())) {
                present.put(node, members.self());
            } else {
                members.bySwarmNode(node.id()).ifPresent(member -> present.put(node, member));
            }
        }
        return present;
    }

    /** The machine of every box that Swarm sees, too. */
    public static Map<ClusterNode, String> living(Map<ClusterNode, Member> present) {
        Map<ClusterNode, String> living = new HashMap<>();
        present.forEach((node, member) -> {
            if (node.isReady()) {
                living.put(node, member.digest().hardware());
            }
        });
        return living;
    }

    private View others(Box own, Map<ClusterNode, Member> present, OwnNode.Sight sight, List<KeptNode> kept) {
        courier.keepOnly(sight.nodes().stream().map(ClusterNode::id).toList());
        List<Box> others = new ArrayList<>();
        int unheard = 0;
        for (Map.Entry<ClusterNode, Member> each : present.entrySet()) {
            if (each.getKey().id().equals(own.node().id())) {
                continue;
            }
            Optional<BoxLabels> labels = courier.of(each.getValue());
            if (labels.isPresent()) {
                others.add(box(each.getKey(), labels.get(), each.getValue(), kept));
            } else {
                unheard++;
            }
        }
        return new View(own, true, others, unheard);
    }

    private Box box(ClusterNode node, BoxLabels labels, Member member, List<KeptNode> kept) {
        return Box.of(node, labels, member, kept, lookAlikes);
    }

    @Override
    public Plan<Change> plan(View view, Instant now) {
        if (!view.leads()) {
            return Plan.nothing(
                    wanted(view.own()).equals(view.own().node().labels())
                            ? done(view.own())
                            : Verdict.waiting("the leader has not written this box's labels yet", ""));
        }
        List<Change> steps = new ArrayList<>();
        change(view.own(), true).ifPresent(steps::add);
        view.others().forEach(box -> change(box, false).ifPresent(steps::add));
        boolean writesOwn = !wanted(view.own()).equals(view.own().node().labels());
        Plan<Change> plan = new Plan<>(steps, writesOwn ? Verdict.running("writing labels") : done(view.own()));
        return view.unheard() == 0 ? plan : plan.lookingAgainIn(SOON);
    }

    private static Verdict done(Box own) {
        return Verdict.done(OwnedLabels.of(wanted(own)).size() + " labels, profile "
                + own.labels().revision());
    }

    private static Optional<Change> change(Box box, boolean own) {
        SortedMap<String, String> wanted = wanted(box);
        if (!wanted.equals(box.node().labels())) {
            return Optional.of(new Write(
                    box.node(),
                    wanted,
                    own
                            ? "the labels in the swarm differ from the hardware"
                            : "the labels of " + box.node().hostname() + " in the swarm differ from its hardware"));
        }
        return box.labels().retired().isEmpty()
                ? Optional.empty()
                : Optional.of(new Release(
                        box.node(),
                        own,
                        box.labels().retired(),
                        "labels of rules that are gone are no longer in the swarm"));
    }

    private static SortedMap<String, String> wanted(Box box) {
        SortedMap<String, String> wanted = new TreeMap<>();
        if (box.kept() != null) {
            wanted.putAll(box.kept().labels());
        }
        wanted.putAll(box.node().labels());
        wanted.keySet().removeIf(key -> isOver(key, box.labels()));
        wanted.putAll(box.labels().labels());
        if (!box.id().isEmpty()) {
            wanted.put(OwnedLabels.NODE_ID, box.id());
        }
        if (!box.hardware().isEmpty()) {
            wanted.put(OwnedLabels.NODE_HARDWARE, box.hardware());
        }
        return wanted;
    }

    /** Whether a label is ours to take away unless the hardware still earns it. */
    private static boolean isOver(String key, BoxLabels labels) {
        if (key.equals(OwnedLabels.NODE_ID) || key.equals(OwnedLabels.NODE_HARDWARE)) {
            return false;
        }
        return OwnedLabels.isHardware(key)
                ? !labels.unknown().covers(key)
                : labels.retired().contains(key);
    }

    @Override
    public Outcome act(Change step) {
        return switch (step) {
            case Write write -> write(write);
            case Release release -> release(release);
        };
    }

    private Outcome write(Write step) {
        try {
            orchestrator.updateNode(step.node(), step.labels(), null);
            news.accept(Topic.SWARM);
            return Outcome.applied();
        } catch (OrchestratorException refused) {
            return refused.outcome();
        }
    }

    private Outcome release(Release step) {
        if (step.own()) {
            released.accept(step.keys());
            return Outcome.unchanged();
        }
        Optional<Member> member = neighbours.members().bySwarmNode(step.node().id());
        try {
            if (member.isPresent()) {
                courier.release(member.get(), step.keys());
            }
        } catch (PeerException silent) {
            // Nothing hangs on it: the box keeps its claim, and is told again at the next sweep.
            LOG.debugf(
                    "%s was not told that its old labels are gone: %s",
                    step.node().hostname(), silent.getMessage());
        }
        return Outcome.unchanged();
    }
}
