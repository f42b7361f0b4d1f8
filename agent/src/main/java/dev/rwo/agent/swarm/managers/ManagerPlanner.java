package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides who manages the swarm. At most one step a plan: the next one is decided when the swarm shows what became of
 * it.
 *
 * <p>Pure: no clock, no engine, so that tables, properties and the simulator can drive it.
 */
public final class ManagerPlanner {

    /** How long a promoted node may take until Raft reaches it. */
    public static final Duration PROMOTION = Duration.ofSeconds(60);

    /** How long a node that was promoted in vain is passed over. */
    public static final Duration PASSED_OVER = Duration.ofMinutes(10);

    /** How long a node must have been up before it is promoted: the start of a site settles who is there first. */
    public static final Duration SETTLED = Duration.ofSeconds(5);

    /**
     * How much of the grace gossip may have counted before Swarm noticed: electing a new leader takes Swarm up to 20 s,
     * in which nobody sees that the old one is away.
     */
    private static final Duration GOSSIP_CREDIT = Duration.ofSeconds(20);

    /** How long a box may have been away before gossip says so: 10 s at 30 members (docs/benchmarks.md). */
    private static final Duration GOSSIP_NOTICES = Duration.ofSeconds(10);

    /**
     * How long a manager that restarts with the site's leave keeps its place, where its grace is shorter: the start of a slow
     * box with a new version, and another back into the old one. Until then the leave itself keeps the others up.
     */
    static final Duration RESTART = Duration.ofMinutes(10);

    /** How soon to look again while something takes its time. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final int LARGE_SITE = 7;
    private static final int SMALL_SITE = 3;

    private ManagerPlanner() {}

    /** How many managers a site of so many nodes has. */
    public static int wanted(int nodes) {
        if (nodes >= LARGE_SITE) {
            return 5;
        }
        return nodes >= SMALL_SITE ? 3 : 1;
    }

    /** The one step that is due, if any, and what to say. */
    public static Plan<ManagerStep> plan(ManagerView view, Instant now) {
        return view.leads()
                ? new Round(view, now).plan()
                : Plan.nothing(Verdict.done("the agent beside the swarm's leader decides"));
    }

    /** One look at one view. */
    private static final class Round {

        private final ManagerView view;
        private final Instant now;
        private final List<SiteNode> managers;
        private final List<SiteNode> gone;

        Round(ManagerView view, Instant now) {
            this.view = view;
            this.now = now;
            this.managers = view.nodes().stream()
                    .filter(each -> each.node().isManager())
                    .toList();
            this.gone = view.nodes().stream()
                    .filter(each -> isDuplicate(each) || isLongDead(each))
                    .toList();
        }

        Plan<ManagerStep> plan() {
            if (reachable() < quorum(voters())) {
                return Plan.nothing(Verdict.failed(
                        "only " + reachable() + " of " + voters() + " managers are reachable: the swarm cannot decide",
                        "bring the others back; if they are lost for good: rwo recover"));
            }
            Optional<ManagerStep> step = Stream.<Optional<ManagerStep>>of(inVain(), leaderless(), ofGone(), resize())
                    .flatMap(Optional::stream)
                    .findFirst();
            Plan<ManagerStep> plan = step.map(due -> Plan.of(due, verdict())).orElseGet(() -> Plan.nothing(verdict()));
            return isWaiting() ? plan.lookingAgainIn(SOON) : plan;
        }

        private boolean isWaiting() {
            return view.nodes().stream().anyMatch(each -> !each.up())
                    || managers.size() < wanted(counted())
                    || managers.size() % 2 == 0;
        }

        private Verdict verdict() {
            String count = voting() + " of " + managers.size() + " managers reachable, " + wanted(counted())
                    + " wanted for " + counted() + (counted() == 1 ? " node" : " nodes");
            return managers.stream().allMatch(SiteNode::up) && managers.size() == wanted(counted())
                    ? Verdict.done(count)
                    : Verdict.degraded(count, "see: rwo nodes");
        }

        /** A promotion that did not come to anything is taken back. */
        private Optional<ManagerStep> inVain() {
            return managers.stream()
                    .filter(each -> !each.isVoter() && !each.up())
                    .filter(each -> isOver(each.since(), PROMOTION))
                    .<ManagerStep>map(each -> new ManagerStep.Demote(
                            each.node(),
                            true,
                            each.name() + " was promoted and did not become reachable within " + PROMOTION.toSeconds()
                                    + " s"))
                    .findFirst();
        }

        /**
         * One whose engine finds no leader though the leader reaches it: it lost its power in the second in which it was
         * promoted, and its Raft knows nobody whom it could answer (seen in the lab). That never mends by itself, and
         * Swarm calls it reachable. A worker joins Raft anew when it is promoted again.
         */
        private Optional<ManagerStep> leaderless() {
            return managers.stream()
                    .filter(each -> each.isReachableVoter() && each.leaderless())
                    .filter(each -> isOver(each.since(), view.managerGrace()) && mayDemote(each))
                    .<ManagerStep>map(each -> new ManagerStep.Demote(
                            each.node(),
                            false,
                            each.name() + " has found no leader for more than "
                                    + view.managerGrace().toSeconds()
                                    + " s, though the leader reaches it: it is to join Raft anew"))
                    .findFirst();
        }

        private Optional<ManagerStep> ofGone() {
            return gone.stream()
                    .map(each -> each.node().isManager() || each.isVoter() ? release(each) : remove(each))
                    .flatMap(Optional::stream)
                    .findFirst();
        }

        private Optional<ManagerStep> remove(SiteNode each) {
            return Optional.of(new ManagerStep.Remove(each.node(), whyGone(each)));
        }

        private Optional<ManagerStep> release(SiteNode each) {
            return each.node().isManager() && mayDemote(each)
                    ? Optional.of(new ManagerStep.Demote(each.node(), false, whyGone(each)))
                    : Optional.empty();
        }

        private String whyGone(SiteNode each) {
            return isDuplicate(each)
                    ? each.name() + " has another entry: the box was flashed or joined anew"
                    : each.name() + " has been away for more than "
                            + view.memberGrace().toMinutes() + " min";
        }

        private Optional<ManagerStep> resize() {
            if (managers.stream().anyMatch(this::isPending)) {
                return Optional.empty();
            }
            int wanted = wanted(counted());
            int count = managers.size();
            List<SiteNode> lost = managers.stream().filter(this::isLost).toList();
            int held = count - lost.size();
            if (count > wanted) {
                return shrink(lost, "there are " + count + " managers, and " + wanted + " are wanted");
            }
            List<SiteNode> candidates = candidates();
            if (!lost.isEmpty() && held < wanted && !candidates.isEmpty() && mayDemote(lost.getFirst())) {
                // First, for a promoted engine may take the dead one for its way into Raft, and gives up when that
                // does not answer (seen in the lab). A dead manager less lowers no quorum that the living need.
                return Optional.of(new ManagerStep.Demote(
                        lost.getFirst().node(),
                        false,
                        lost.getFirst().name() + " has been away for more than "
                                + view.managerGrace().toSeconds() + " s, and "
                                + candidates.getFirst().name()
                                + " can take its place"));
            }
            if (!lost.isEmpty() && held < wanted && !candidates.isEmpty()) {
                return promote(
                        candidates.getFirst(),
                        "it takes the place of " + lost.getFirst().name() + ", which has been away for more than "
                                + view.managerGrace().toSeconds() + " s");
            }
            if (odd(Math.min(wanted, count + candidates.size())) > count) {
                return promote(candidates.getFirst(), wanted + " managers are wanted for " + counted() + " nodes");
            }
            // A box that is away for a reboot takes its place again: two fewer now would be two promotions then.
            if (count % 2 == 0 && hopefuls().isEmpty() && view.nodes().stream().noneMatch(this::mayReturn)) {
                return shrink(lost, count + " managers are no safer than " + (count - 1));
            }
            return Optional.empty();
        }

        private static Optional<ManagerStep> promote(SiteNode candidate, String why) {
            return Optional.of(new ManagerStep.Promote(candidate.node(), "promoting " + candidate.name() + ": " + why));
        }

        /** The dead first; of the living the one we would promote last, and the leader only when there is no other. */
        private Optional<ManagerStep> shrink(List<SiteNode> lost, String why) {
            if (lost.isEmpty() && managers.stream().anyMatch(each -> !each.up())) {
                // One that is away may come back, or be the one to go.
                return Optional.empty();
            }
            return Stream.concat(lost.stream(), managers.stream().sorted(leastWorthy()))
                    .filter(this::mayDemote)
                    .<ManagerStep>map(
                            each -> new ManagerStep.Demote(each.node(), false, "demoting " + each.name() + ": " + why))
                    .findFirst();
        }

        private Comparator<SiteNode> leastWorthy() {
            return Comparator.comparing((SiteNode each) -> each.node().isLeader())
                    .thenComparing(worthiest().reversed());
        }

        /** Who could be promoted now or soon. */
        private List<SiteNode> hopefuls() {
            return view.nodes().stream()
                    .filter(each -> !each.node().isManager() && !each.isVoter() && each.mayBePromoted())
                    .filter(each -> each.up() && each.present())
                    .toList();
        }

        /** Whether a box that nobody can promote now may be one to promote, or a working manager, before it is forgotten. */
        private boolean mayReturn(SiteNode each) {
            if (!each.mayBePromoted() || gone.contains(each)) {
                return false;
            }
            return !each.up()
                    || (!each.node().isManager() && !each.present() && !isOver(unseenSince(each), view.memberGrace()));
        }

        private List<SiteNode> candidates() {
            return hopefuls().stream()
                    .filter(each -> isOver(each.since(), SETTLED))
                    .filter(each -> each.passedOverUntil() == null || !now.isBefore(each.passedOverUntil()))
                    .sorted(worthiest())
                    .toList();
        }

        /** Active before drained, iron before guests, the higher class, the longest up; the ID, so that all agree. */
        private static Comparator<SiteNode> worthiest() {
            return Comparator.comparing((SiteNode each) -> !each.mayBePromoted())
                    .thenComparing(SiteNode::isDrained)
                    .thenComparing(SiteNode::isGuest)
                    .thenComparing(SiteNode::rank, Comparator.reverseOrder())
                    .thenComparing(SiteNode::since)
                    .thenComparing(SiteNode::id);
        }

        /** The nodes that the size of the site is reckoned by. */
        private int counted() {
            return (int) view.nodes().stream()
                    .filter(each -> !each.witness() && !gone.contains(each))
                    .count();
        }

        private boolean isPending(SiteNode manager) {
            return !manager.up() && !manager.isVoter();
        }

        private boolean isLost(SiteNode manager) {
            boolean excused = manager.restarting() && view.managerGrace().compareTo(RESTART) < 0;
            return !manager.up() && isOver(awaySince(manager), excused ? RESTART : view.managerGrace());
        }

        private Instant awaySince(SiteNode manager) {
            Instant gossip = manager.goneSince();
            Instant earliest = manager.since().minus(GOSSIP_CREDIT);
            if (gossip == null || !gossip.isBefore(manager.since())) {
                return manager.since();
            }
            return gossip.isAfter(earliest) ? gossip : earliest;
        }

        /** By Swarm and by gossip: one whose agent was seen a moment ago, while its engine was held back, is on its way. */
        private boolean isLongDead(SiteNode each) {
            return each.isDown()
                    && !each.up()
                    && !each.present()
                    && isOver(each.since(), view.memberGrace())
                    && isOver(unseenSince(each), view.memberGrace());
        }

        /** Gossip's clock is the wall's, which may have jumped: a time to come says nothing. */
        private Instant unseenSince(SiteNode each) {
            Instant gossip = each.goneSince();
            return gossip == null || gossip.isAfter(now) ? each.since() : gossip;
        }

        /**
         * Whether a ready entry stands for the same box. Two machines whose firmware says the same are told apart by
         * time: the heir of a re-flashed box became active after the old entry went away. That is before gossip missed
         * it: a box that starts fast is back before Swarm says down, and even before gossip does.
         */
        private boolean isDuplicate(SiteNode each) {
            return each.isDown()
                    && !each.present()
                    && view.nodes().stream()
                            .filter(other -> other.up() && !other.id().equals(each.id()))
                            .anyMatch(heir -> isSameBox(each, heir));
        }

        private boolean isSameBox(SiteNode old, SiteNode heir) {
            if (!old.box().isEmpty() && old.box().equals(heir.box())) {
                return true;
            }
            return !old.hardware().isEmpty()
                    && old.hardware().equals(heir.hardware())
                    && heir.since().isAfter(awaySince(old).minus(GOSSIP_NOTICES));
        }

        private boolean isOver(Instant since, Duration length) {
            return !now.isBefore(since.plus(length));
        }

        private int voters() {
            return (int) view.nodes().stream().filter(SiteNode::isVoter).count();
        }

        private int reachable() {
            return (int)
                    view.nodes().stream().filter(SiteNode::isReachableVoter).count();
        }

        private int voting() {
            return (int) view.nodes().stream().filter(SiteNode::isVoting).count();
        }

        /** Whether enough managers go on voting without it; the last one always stays. */
        private boolean mayDemote(SiteNode manager) {
            if (!manager.isVoter()) {
                return true;
            }
            int left = voters() - 1;
            int votingLeft = voting() - (manager.isVoting() ? 1 : 0);
            return left >= 1 && votingLeft >= quorum(left);
        }

        private static int quorum(int voters) {
            return voters / 2 + 1;
        }

        private static int odd(int count) {
            return count % 2 == 0 ? count - 1 : count;
        }
    }
}
