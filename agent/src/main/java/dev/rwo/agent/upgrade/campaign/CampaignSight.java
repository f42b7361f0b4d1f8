package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.upgrade.NodeUpgrade;
import dev.rwo.agent.upgrade.NodeUpgrader;
import dev.rwo.agent.upgrade.UpgradeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at the swarm and at every box, and remembers since when each has been as it is. */
final class CampaignSight {

    /** A box that is off costs the seconds that connecting may take; one that hangs must not hold up who asks for the status. */
    private static final Duration LOOK = Duration.ofSeconds(8);

    private final Orchestrator orchestrator;
    private final Neighbours neighbours;
    private final Function<String, NodeUpgrader> upgraders;
    private final Supplier<Optional<String>> clockTrouble;
    private final Clock clock;
    private final ReentrantLock looking = new ReentrantLock();
    private final Map<String, Seen> seen = new HashMap<>();
    private final Map<String, Refusal> refusals = new HashMap<>();
    private final Map<String, Instant> asked = new HashMap<>();

    private record Seen(String what, Instant since) {}

    private record Refusal(String line, Instant since) {}

    /** What a box answered: how it stands, or why nobody knows. */
    private record Look(@Nullable NodeUpgrade upgrade, String silence) {

        /** What must change for something to have happened. */
        String progress(String bundle) {
            return upgrade == null
                    ? ""
                    : upgrade.running()
                            + ' '
                            + upgrade.phase()
                            + ' '
                            + upgrade.target()
                            + ' '
                            + upgrade.percent()
                            + ' '
                            + upgrade.stored().getOrDefault(bundle, -1);
        }
    }

    /**
     * Of one box.
     *
     * @param upgraders the upgrader of each box, by node ID
     * @param clockTrouble why this box's clock tells no time of day; empty when it does
     * @param clock one that never jumps
     */
    CampaignSight(
            Orchestrator orchestrator,
            Neighbours neighbours,
            Function<String, NodeUpgrader> upgraders,
            Supplier<Optional<String>> clockTrouble,
            Clock clock) {
        this.orchestrator = orchestrator;
        this.neighbours = neighbours;
        this.upgraders = upgraders;
        this.clockTrouble = clockTrouble;
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    /**
     * What there is to see. While nothing is under way, no box is asked.
     *
     * @param curious whether to look at the boxes all the same, also where another leads
     * @throws ObservationException when the engine does not answer for the swarm
     */
    CampaignView look(boolean curious) throws ObservationException {
        looking.lock();
        try {
            EngineState engine = orchestrator.engine();
            if (engine.membership() != EngineState.Membership.ACTIVE || !engine.manager()) {
                forget();
                return nothing(null);
            }
            List<ClusterNode> nodes = orchestrator.nodes();
            Cluster cluster = orchestrator.cluster();
            boolean leads = nodes.stream().anyMatch(node -> node.id().equals(engine.nodeId()) && node.isLeader());
            Campaign campaign = Campaign.in(cluster.labels()).orElse(null);
            List<RebootLock> locks = RebootLock.in(cluster.labels());
            boolean works = !locks.isEmpty()
                    || nodes.stream().anyMatch(node -> node.labels().containsKey(OwnedLabels.DRAINED))
                    || (campaign != null && isUnderWay(campaign.state()));
            if (!(curious || leads)) {
                forget();
                return nothing(campaign);
            }
            if (!works) {
                forget();
            }
            return works || (curious && campaign != null)
                    ? look(leads, campaign, nodes, locks)
                    : new CampaignView(leads, campaign, List.of(), List.of(), List.of(), clock.instant(), "");
        } catch (OrchestratorException unanswered) {
            throw new ObservationException(Verdict.waiting(String.valueOf(unanswered.getMessage()), ""));
        } finally {
            looking.unlock();
        }
    }

    /** The swarm's nodes and their locks; no box is asked. */
    CampaignView lookAtLocks() throws ObservationException {
        looking.lock();
        try {
            List<ClusterNode> boxes = onePerBox(orchestrator.nodes());
            List<RebootLock> locks = RebootLock.in(orchestrator.cluster().labels());
            MemberTable members = neighbours.members();
            List<NodeSight> sights = new ArrayList<>();
            for (ClusterNode node : boxes) {
                sights.add(
                        still(node, members, RebootLock.find(locks, box(node)).orElse(null)));
            }
            return new CampaignView(false, null, sights, List.of(), List.of(), clock.instant(), "");
        } catch (OrchestratorException unanswered) {
            throw new ObservationException(Verdict.waiting(String.valueOf(unanswered.getMessage()), ""));
        } finally {
            looking.unlock();
        }
    }

    private NodeSight still(ClusterNode node, MemberTable members, @Nullable RebootLock lock)
            throws OrchestratorException {
        Optional<Member> member = members.byNodeId(box(node));
        Instant now = clock.instant();
        return new NodeSight(
                node,
                member.map(each -> each.digest().api()).orElse(""),
                member.map(each -> each.digest().leaderless()).orElse(false),
                null,
                "it was not asked",
                now,
                "",
                now,
                null,
                lock == null ? Set.of() : orchestrator.movableOn(node.id()),
                lock,
                now);
    }

    private static boolean isUnderWay(Campaign.State state) {
        return switch (state) {
            case RUNNING, ABORTING -> true;
            case HALTED, ABORTED, DONE -> false;
        };
    }

    private CampaignView nothing(@Nullable Campaign campaign) {
        return new CampaignView(false, campaign, List.of(), List.of(), List.of(), clock.instant(), "");
    }

    private void forget() {
        seen.clear();
        refusals.clear();
        asked.clear();
    }

    private CampaignView look(
            boolean leads, @Nullable Campaign campaign, List<ClusterNode> nodes, List<RebootLock> locks)
            throws OrchestratorException {
        MemberTable members = neighbours.members();
        List<ClusterNode> boxes = onePerBox(nodes);
        Map<String, Look> looks = lookAtAll(boxes);
        String bundle = campaign == null ? "" : campaign.bundle().id();
        List<NodeSight> sights = new ArrayList<>();
        for (ClusterNode node : boxes) {
            sights.add(sight(node, members, looks, locks, bundle));
        }
        List<ServiceState> services = orchestrator.services();
        Set<String> before = campaign == null ? Set.of() : campaign.sick();
        boolean sick = !Services.sick(services, before).isEmpty();
        return new CampaignView(
                leads,
                campaign,
                sights,
                locks.stream()
                        .filter(lock ->
                                boxes.stream().noneMatch(node -> box(node).equals(lock.box())))
                        .filter(lock -> members.byNodeId(lock.box()).isEmpty())
                        .toList(),
                services,
                since("services", String.valueOf(sick)),
                clockTrouble.get().orElse(""));
    }

    private static String box(ClusterNode node) {
        return node.labels().getOrDefault(OwnedLabels.NODE_ID, "");
    }

    /** A box that joined anew has two entries for a while: the one that the swarm hears from counts. */
    private static List<ClusterNode> onePerBox(List<ClusterNode> nodes) {
        Map<String, ClusterNode> boxes = new LinkedHashMap<>();
        nodes.stream()
                .sorted(Comparator.comparing((ClusterNode node) -> !node.isReady())
                        .thenComparing(ClusterNode::hostname)
                        .thenComparing(ClusterNode::id))
                .forEach(node -> boxes.putIfAbsent(box(node).isEmpty() ? "?" + node.id() : box(node), node));
        return boxes.values().stream()
                .sorted(Comparator.comparing(ClusterNode::hostname).thenComparing(ClusterNode::id))
                .toList();
    }

    private NodeSight sight(
            ClusterNode node, MemberTable members, Map<String, Look> looks, List<RebootLock> locks, String bundle)
            throws OrchestratorException {
        String box = box(node);
        Optional<Member> member = members.byNodeId(box);
        Look look = looks.getOrDefault(box, new Look(null, "it is not known which box it is"));
        Instant since = since("box." + node.id(), look.progress(bundle));
        Refusal refusal = refusals.getOrDefault(box, new Refusal("", since));
        RebootLock lock = RebootLock.find(locks, box).orElse(null);
        return new NodeSight(
                node,
                member.map(each -> each.digest().api()).orElse(""),
                member.map(each -> each.digest().leaderless()).orElse(false),
                look.upgrade(),
                look.silence(),
                since,
                refusal.line(),
                refusal.since(),
                asked.get(box),
                lock == null ? Set.of() : orchestrator.movableOn(node.id()),
                lock,
                since("lock." + node.id(), lock == null ? "" : lock.holder() + " " + lock.booted()));
    }

    private Instant since(String what, String is) {
        Instant now = clock.instant();
        return Objects.requireNonNull(seen.compute(
                        what, (key, known) -> known != null && known.what().equals(is) ? known : new Seen(is, now)))
                .since();
    }

    private Map<String, Look> lookAtAll(List<ClusterNode> nodes) {
        List<String> boxes = nodes.stream()
                .map(CampaignSight::box)
                .filter(box -> !box.isEmpty())
                .toList();
        Map<String, Look> looks = new HashMap<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Look>> questions =
                    boxes.stream().<Callable<Look>>map(box -> () -> lookAt(box)).toList();
            List<Future<Look>> answers = pool.invokeAll(questions, LOOK.toSeconds(), TimeUnit.SECONDS);
            for (int i = 0; i < boxes.size(); i++) {
                looks.put(boxes.get(i), answer(answers.get(i)));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return looks;
    }

    private static Look answer(Future<Look> question) throws InterruptedException {
        try {
            return question.get();
        } catch (CancellationException late) {
            return new Look(null, "it did not answer in time");
        } catch (ExecutionException defect) {
            return new Look(null, "internal error: " + defect.getCause());
        }
    }

    private Look lookAt(String box) {
        try {
            return new Look(upgraders.apply(box).look(), "");
        } catch (UpgradeException silent) {
            return new Look(null, String.valueOf(silent.getMessage()));
        }
    }

    /** A box took an order. */
    void obeyed(String box) {
        looking.lock();
        try {
            refusals.remove(box);
            asked.putIfAbsent(box, clock.instant());
        } finally {
            looking.unlock();
        }
    }

    /** A box refused an order. */
    void refused(String box, String line) {
        looking.lock();
        try {
            Instant now = clock.instant();
            refusals.compute(box, (key, known) -> new Refusal(line, known == null ? now : known.since()));
            asked.putIfAbsent(box, now);
        } finally {
            looking.unlock();
        }
    }
}
