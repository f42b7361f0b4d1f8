package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.NodeEntries;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.firstboot.config.ClusterConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps the set of managers, and clears entries that stand for no box any more. Every manager's agent watches, so that
 * the clocks of those who are away run on when the leader changes; only the leader's acts.
 */
public final class ManagerController implements Controller<ManagerView, ManagerStep> {

    private static final Logger LOG = Logger.getLogger(ManagerController.class);
    private static final Duration SWEEP = Duration.ofSeconds(10);
    /**
     * An engine that is promoted chooses its way into Raft among the managers it knows; until it has heard that one was
     * demoted it may choose that, and gives up when nothing answers there (seen in the lab).
     */
    private static final Duration NEWS_OF_MANAGERS = Duration.ofSeconds(5);

    private final Orchestrator orchestrator;
    private final NodeEntries entries;
    private final Membership membership;
    private final ClusterConfig config;
    private final Clock clock;
    private final Consumer<Topic> news;
    private final Map<String, Seen> seen = new HashMap<>();
    private final Map<String, Instant> passedOver = new HashMap<>();

    /**
     * For one box.
     *
     * @param membership whom gossip sees
     * @param config how long who may be away
     * @param clock one that never jumps
     * @param news told {@link Topic#SWARM} after a change
     */
    public ManagerController(
            Orchestrator orchestrator, Membership membership, ClusterConfig config, Clock clock, Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.entries = new NodeEntries(orchestrator);
        this.membership = membership;
        this.config = config;
        this.clock = clock;
        this.news = news;
    }

    private record Seen(boolean up, Instant since) {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "managers",
                null,
                Set.of(Topic.SWARM, Topic.MEMBERS),
                Set.of("swarm.node.role", "swarm.node.entries"),
                SWEEP);
    }

    @Override
    public ManagerView observe() throws ObservationException {
        try {
            EngineState engine = orchestrator.engine();
            if (engine.membership() != EngineState.Membership.ACTIVE || !engine.manager()) {
                seen.clear();
                return new ManagerView(false, List.of(), config.managerGrace(), config.memberGrace());
            }
            List<ClusterNode> nodes = orchestrator.nodes();
            boolean leads = nodes.stream().anyMatch(node -> node.id().equals(engine.nodeId()) && node.isLeader());
            List<RebootLock> locks = RebootLock.in(orchestrator.cluster().labels());
            return new ManagerView(leads, look(nodes, locks), config.managerGrace(), config.memberGrace());
        } catch (OrchestratorException unanswered) {
            throw new ObservationException(
                    OwnNode.isQuorumLost(unanswered)
                            ? Verdict.failed(
                                    "the swarm has no leader: too few managers are reachable",
                                    "bring the others back; if they are lost for good: rwo recover")
                            : Verdict.waiting(String.valueOf(unanswered.getMessage()), ""));
        }
    }

    private List<SiteNode> look(List<ClusterNode> nodes, List<RebootLock> locks) {
        Instant now = clock.instant();
        MemberTable members = membership.members();
        seen.keySet().retainAll(nodes.stream().map(ClusterNode::id).collect(Collectors.toSet()));
        passedOver.values().removeIf(until -> !now.isBefore(until));
        List<SiteNode> site = new ArrayList<>();
        for (ClusterNode node : nodes) {
            Optional<Member> member = memberOf(node, members);
            boolean present = member.isPresent() && member.get().isPresent();
            boolean leaderless = present && member.get().digest().leaderless();
            boolean up = SiteNode.isUp(node, leaderless);
            Seen last = seen.get(node.id());
            Seen current = last == null || last.up() != up ? new Seen(up, now) : last;
            seen.put(node.id(), current);
            site.add(new SiteNode(
                    node,
                    leaderless,
                    up,
                    current.since(),
                    present,
                    present ? null : member.map(Member::since).orElse(null),
                    RebootLock.find(locks, node.labels().getOrDefault(OwnedLabels.NODE_ID, ""))
                            .isPresent(),
                    member.filter(each -> each.digest().role() == SwarmRole.WITNESS)
                            .isPresent(),
                    passedOver.get(node.id())));
        }
        return site;
    }

    /** By what it tells of its place in the swarm; a box that is in no swarm just now is matched by its label. */
    private static Optional<Member> memberOf(ClusterNode node, MemberTable members) {
        Optional<Member> present = members.bySwarmNode(node.id());
        if (present.isPresent()) {
            return present;
        }
        String box = node.labels().getOrDefault(OwnedLabels.NODE_ID, "");
        return members.others().stream()
                .filter(member -> member.digest().swarmNode().equals(node.id())
                        || (member.nodeId().equals(box)
                                && member.digest().swarmNode().isEmpty()))
                .max(Comparator.comparing(Member::isPresent).thenComparing(Member::since));
    }

    @Override
    public Plan<ManagerStep> plan(ManagerView view, Instant now) {
        // Not the wall clock: half a year back, and nobody would be up for long enough to be promoted.
        return ManagerPlanner.plan(view, clock.instant());
    }

    @Override
    public Outcome act(ManagerStep step) {
        try {
            switch (step) {
                case ManagerStep.Promote promote -> orchestrator.setManager(promote.node(), true);
                case ManagerStep.Demote demote -> demote(demote);
                case ManagerStep.Remove remove -> entries.remove(remove.node());
            }
            LOG.infof("rwo: managers: %s", step.reason());
            news.accept(Topic.SWARM);
            return Outcome.applied();
        } catch (OrchestratorException refused) {
            return refused.outcome();
        }
    }

    private void demote(ManagerStep.Demote step) throws OrchestratorException {
        entries.demote(step.node());
        Instant known = clock.instant().plus(NEWS_OF_MANAGERS);
        seen.keySet().forEach(id -> passedOver.merge(id, known, (one, other) -> one.isAfter(other) ? one : other));
        if (step.passOver()) {
            passedOver.put(step.node().id(), clock.instant().plus(ManagerPlanner.PASSED_OVER));
        }
    }
}
