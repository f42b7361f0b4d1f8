package dev.rwo.ci.sim;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.swarm.BoxLabels;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.KeptNode;
import dev.rwo.agent.swarm.LabelController;
import dev.rwo.agent.swarm.LookAlikes;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import dev.rwo.agent.swarm.OwnedLabels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own planning and writing of labels. Only how the leader hears the others' labels is simulated, because the
 * agent's courier asks in threads of its own.
 */
final class LabelMind extends Mind {

    private static final long FIRST_RETRY = 1_000;
    private static final int LAST_DOUBLING = 6;

    private final LabelController controller;
    private final LookAlikes lookAlikes;
    private final Map<String, Parcel> parcels = new HashMap<>();

    LabelMind(Box box) {
        super(box, "labels");
        lookAlikes = new LookAlikes(box.steadyClock());
        controller = new LabelController(
                box.engine, () -> Optional.of(box.facts()), released -> {}, topic -> box.look("news"));
    }

    /** What came of asking one box. */
    private static final class Parcel {
        private @Nullable BoxLabels labels;
        private String profile = "";
        private long due;
        private int failures;
        private boolean asking;
    }

    @Override
    Round<LabelController.Change> round() {
        return new Round<>() {
            @Override
            public Plan<LabelController.Change> plan(Instant wall) throws ObservationException {
                return controller.plan(look(), wall);
            }

            @Override
            public void act(LabelController.Change step, Consumer<Outcome> done) {
                onEngine(() -> controller.act(mutated(step)), done);
            }
        };
    }

    private LabelController.View look() throws ObservationException {
        box.gossip.tell(digest -> digest.withProfile(box.profileHash()));
        if (!box.engine.isManager()) {
            // A worker only asks how it is seen, and writes nothing.
            throw new ObservationException(Verdict.waiting("no manager", ""));
        }
        OwnNode.Sight sight = OwnNode.look(box.engine, Neighbours.none());
        boolean leads = sight.leads() || box.world.mutation == Mutation.FOLLOWERS_WRITE;
        List<KeptNode> kept = leads ? kept() : List.of();
        Member self = box.gossip.members().self();
        if (!leads) {
            return new LabelController.View(known(sight.own(), box.labels(), self, kept), false, List.of(), 0);
        }
        Map<ClusterNode, Member> present = present(sight, self);
        lookAlikes.look(LabelController.living(present));
        return others(known(sight.own(), box.labels(), self, kept), present, kept);
    }

    private Map<ClusterNode, Member> present(OwnNode.Sight sight, Member self) {
        Map<String, Member> members = new HashMap<>();
        box.gossip
                .members()
                .present()
                .forEach(member -> members.putIfAbsent(member.digest().swarmNode(), member));
        members.put(sight.own().id(), self);
        Map<ClusterNode, Member> present = new LinkedHashMap<>();
        for (ClusterNode node : sight.nodes()) {
            Member member = members.get(node.id());
            if (member != null) {
                present.put(node, member);
            }
        }
        return present;
    }

    private List<KeptNode> kept() throws ObservationException {
        try {
            return box.world.mutation == Mutation.RESTORES_NOTHING
                    ? List.of()
                    : KeptNode.in(box.engine.cluster().labels());
        } catch (OrchestratorException unanswered) {
            throw OwnNode.noAnswer();
        }
    }

    private LabelController.Box known(ClusterNode node, BoxLabels labels, Member member, List<KeptNode> kept) {
        return LabelController.Box.of(node, labels, member, kept, lookAlikes);
    }

    private LabelController.View others(
            LabelController.Box own, Map<ClusterNode, Member> present, List<KeptNode> kept) {
        List<LabelController.Box> others = new ArrayList<>();
        int unheard = 0;
        for (Map.Entry<ClusterNode, Member> each : present.entrySet()) {
            if (each.getKey().id().equals(own.node().id())) {
                continue;
            }
            BoxLabels labels = fetched(each.getValue());
            if (labels == null) {
                unheard++;
            } else {
                others.add(known(each.getKey(), labels, each.getValue(), kept));
            }
        }
        return new LabelController.View(own, true, others, unheard);
    }

    private @Nullable BoxLabels fetched(Member member) {
        Parcel parcel = parcels.computeIfAbsent(member.digest().swarmNode(), id -> new Parcel());
        boolean changed = !parcel.profile.equals(member.digest().profile());
        boolean due = parcel.failures == 0 || box.world.time.now() >= parcel.due;
        if (!parcel.asking && changed && due) {
            parcel.asking = true;
            Box other = box.world.byApi(member.digest().api());
            box.world.net.<BoxLabels>call(box, other, other::labels, said -> came(member, parcel, said));
        }
        return parcel.labels;
    }

    private void came(Member member, Parcel parcel, @Nullable BoxLabels said) {
        parcel.asking = false;
        if (said == null) {
            parcel.due = box.world.time.now() + (FIRST_RETRY << Math.min(parcel.failures, LAST_DOUBLING));
            parcel.failures++;
            return;
        }
        boolean news = !said.equals(parcel.labels);
        parcel.labels = said;
        parcel.profile = member.digest().profile();
        parcel.failures = 0;
        if (news) {
            box.look("hardware");
        }
    }

    private LabelController.Change mutated(LabelController.Change step) {
        if (box.world.mutation == Mutation.OVERWRITES_LABELS && step instanceof LabelController.Write write) {
            SortedMap<String, String> labels = new TreeMap<>(write.labels());
            labels.keySet().removeIf(OwnedLabels::isOperators);
            return new LabelController.Write(write.node(), labels, write.reason());
        }
        return step;
    }
}
