package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.MovingClock;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.swarm.UnaskedEngine;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.BundleIntake;
import dev.rwo.agent.upgrade.NodeUpgrade;
import dev.rwo.agent.upgrade.NodeUpgrade.Phase;
import dev.rwo.agent.upgrade.NodeUpgrader;
import dev.rwo.agent.upgrade.OsVersion;
import dev.rwo.agent.upgrade.UpgradeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A site in virtual time: boxes with two slots that download, install, restart and show that they are well or go back; a
 * swarm with its leader, labels by version, availability and services. It complains by itself about what an upgrade must
 * never do.
 */
final class SiteModel extends UnaskedEngine {

    static final String OLD = "0.2.0";
    static final Bundle BUNDLE = new Bundle("ab".repeat(32), new OsVersion("0.3.0"));
    static final String SOURCE = "https://example.org/rwo-0.3.0.raucb";

    private static final Duration TICK = Duration.ofSeconds(5);
    private static final Duration DOWN = Duration.ofSeconds(60);
    private static final Duration TRIAL = Duration.ofSeconds(30);
    private static final Duration MOVING = Duration.ofSeconds(15);

    /** A decision to look at before it is carried out. */
    @FunctionalInterface
    interface Planner {
        Plan<CampaignStep> plan(CampaignView view, Instant now, Instant wall);
    }

    final MovingClock clock = new MovingClock(Instant.parse("2026-12-01T00:00:00Z"));
    final List<CampaignStep> done = new ArrayList<>();
    final List<String> restarts = new ArrayList<>();
    final List<String> downloads = new ArrayList<>();
    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final Neighbours neighbours =
            new Neighbours(new Gossip(), Neighbours.none().peers());
    private SortedMap<String, String> labels = new TreeMap<>();
    private long version = 5;
    private String leader = "";
    private @Nullable String desired;
    private CampaignSight sight;
    private CampaignController controller;
    Planner planner = CampaignPlanner::plan;
    boolean sourceIsThere = true;

    /** One service that is sick, whatever happens; empty for none. */
    String sickService = "";
    /** A service that may run on this box only; empty for none. */
    String pinnedTo = "";

    SiteModel() {
        sight = newSight();
        controller = newController();
    }

    private CampaignSight newSight() {
        return new CampaignSight(this, neighbours, this::box, Optional::empty, clock);
    }

    private CampaignController newController() {
        return new CampaignController(this, this::box, sight, topic -> {});
    }

    /** Where orders are taken. */
    CampaignDesk desk(BundleIntake intake) {
        return new CampaignDesk(this, neighbours, sight, intake, clock, topic -> {});
    }

    /** A box; its entry, its OS, and what is under way. */
    final class Box implements NodeUpgrader {

        final String name;
        boolean manager;
        boolean powered = true;
        String slot = "a";
        String running = OLD;
        Phase phase = Phase.IDLE;
        String target = "";
        int percent;
        String problem = "";
        /** It goes back from the new version. */
        boolean failsTrial;
        /** It cannot install. */
        boolean failsStaging;

        Availability availability = Availability.ACTIVE;
        final TreeMap<String, String> labels = new TreeMap<>();
        final TreeMap<String, String> refused = new TreeMap<>();
        final TreeMap<String, Integer> stored = new TreeMap<>();
        private final Set<String> downloading = new TreeSet<>();
        private @Nullable Instant until;
        private Instant drained = Instant.MIN;
        long version = 1;

        Box(String name) {
            this.name = name;
            labels.put(OwnedLabels.NODE_ID, name);
            labels.put(OwnedLabels.JOINED, "20261101T000000Z");
        }

        boolean isUp() {
            return powered && phase != Phase.REBOOTING;
        }

        private UpgradeException silent() {
            return new UpgradeException(name + " is off or unplugged");
        }

        private void requireUp() throws UpgradeException {
            if (!isUp()) {
                throw silent();
            }
        }

        @Override
        public NodeUpgrade look() throws UpgradeException {
            requireUp();
            return new NodeUpgrade(running, slot, phase, target, percent, problem, refused, stored);
        }

        @Override
        public void store(Bundle bundle, List<String> sources) throws UpgradeException {
            requireUp();
            if (stored.putIfAbsent(bundle.id(), 0) == null) {
                downloads.add(name + " from " + (sources.contains(SOURCE) ? "the internet" : "a neighbour"));
            }
            downloading.clear();
            downloading.addAll(sources);
        }

        @Override
        public void stage(Bundle bundle, List<String> sources, boolean allowOlder) throws UpgradeException {
            requireUp();
            if (refused.containsKey(bundle.version().text())) {
                throw new UpgradeException(bundle.version() + " failed here before");
            }
            if (phase == Phase.STAGING
                    || (phase == Phase.STAGED && target.equals(bundle.version().text()))) {
                return;
            }
            if (sources.contains(SOURCE)) {
                downloads.add(name + " from the internet");
            }
            phase = Phase.STAGING;
            target = bundle.version().text();
            percent = 0;
            problem = "";
        }

        @Override
        public void boot(OsVersion wanted) throws UpgradeException {
            requireUp();
            if (phase != Phase.STAGED || !target.equals(wanted.text())) {
                throw new UpgradeException(wanted + " is not staged");
            }
            checkRestart(this);
            restarts.add(name);
            phase = Phase.REBOOTING;
            until = clock.instant().plus(DOWN);
        }

        @Override
        public void discard(Bundle bundle) throws UpgradeException {
            requireUp();
            stored.remove(bundle.id());
        }

        private void tick() {
            if (!powered) {
                return;
            }
            stored.replaceAll((id, there) ->
                    there < 100 && downloading.stream().anyMatch(SiteModel.this::isServed) ? there + 20 : there);
            Instant end = until;
            switch (phase) {
                case STAGING -> {
                    percent = Math.min(100, percent + 25);
                    if (failsStaging) {
                        phase = Phase.FAILED;
                        problem = "no space left on device";
                    } else if (percent == 100) {
                        phase = Phase.STAGED;
                    }
                }
                case REBOOTING -> {
                    if (end != null && !clock.instant().isBefore(end)) {
                        boolean forth = !refused.containsKey(target);
                        running = forth ? target : OLD;
                        phase = forth ? Phase.TRIAL : Phase.FAILED;
                        until = clock.instant().plus(TRIAL);
                    }
                }
                case TRIAL -> {
                    if (end != null && !clock.instant().isBefore(end)) {
                        if (failsTrial) {
                            refused.put(target, "the engine did not start");
                            problem = "the engine did not start";
                            phase = Phase.REBOOTING;
                            until = clock.instant().plus(DOWN);
                        } else {
                            phase = Phase.IDLE;
                        }
                    }
                }
                case IDLE, STAGED, FAILED -> {
                    // Nothing is under way.
                }
            }
        }

        private ClusterNode entry() {
            boolean leads = name.equals(leader);
            return new ClusterNode(
                    "entry-" + name,
                    version,
                    name,
                    manager ? "manager" : "worker",
                    availability,
                    isUp() ? "ready" : "down",
                    "",
                    "linux",
                    "x86_64",
                    new TreeMap<>(labels),
                    new TreeMap<>(),
                    manager ? new ClusterNode.ManagerStatus(leads, isUp(), "") : null);
        }
    }

    private final class Gossip implements Membership {

        @Override
        public MemberTable members() {
            List<Member> all = boxes.values().stream()
                    .map(box -> new Member(
                            "boot-" + box.name,
                            "",
                            box.isUp() ? MemberState.ALIVE : MemberState.DEAD,
                            Instant.EPOCH,
                            MemberDigest.of(box.name, box.name, box.name + ":8443", "1")
                                    .withSwarm(SwarmRole.WORKER, "swarm", "entry-" + box.name, true, 0)))
                    .toList();
            return new MemberTable(
                    all.stream()
                            .filter(member -> member.nodeId().equals(leader))
                            .findFirst()
                            .orElse(all.getFirst()),
                    all.stream()
                            .filter(member -> !member.nodeId().equals(leader))
                            .toList());
        }

        @Override
        public void tell(UnaryOperator<MemberDigest> change) {
            // Nobody tells anything here.
        }
    }

    /** Whether something can be read there. */
    private boolean isServed(String source) {
        return source.equals(SOURCE)
                ? sourceIsThere
                : boxes.values().stream()
                        .anyMatch(box -> source.contains(box.name + ":8443")
                                && box.isUp()
                                && box.stored.getOrDefault(BUNDLE.id(), 0) == 100);
    }

    Box plugIn(String name, boolean manager) {
        Box box = new Box(name);
        box.manager = manager;
        boxes.put(name, box);
        return box;
    }

    Box box(String name) {
        return Objects.requireNonNull(boxes.get(name), name);
    }

    List<Box> boxes() {
        return List.copyOf(boxes.values());
    }

    void lose(String name) {
        boxes.remove(name);
    }

    /** What must hold whenever a box restarts because we said so. */
    private void checkRestart(Box box) {
        List<RebootLock> locks = RebootLock.in(labels);
        require(RebootLock.find(locks, box.name).isPresent(), box.name + " restarts without the right to");
        long voters = boxes.values().stream().filter(each -> each.manager).count();
        long staying = boxes.values().stream()
                .filter(each -> each.manager && each.isUp() && !each.name.equals(box.name))
                .count();
        require(
                !box.manager || voters <= 1 || staying >= voters / 2 + 1,
                "without " + box.name + " the managers have no majority");
        String canary = campaign().settings().canary();
        boolean canaryIsGood = boxes.values().stream()
                .noneMatch(each -> each.name.equals(canary) && !each.slot.isEmpty() && !isGood(each));
        require(box.name.equals(canary) || canaryIsGood, box.name + " restarts before the canary");
        checkUnavailable(box);
    }

    /** What must hold whenever a box is taken. */
    private void checkTurn(Box box) {
        boolean workersAreLeft = boxes.values().stream()
                .anyMatch(each -> !each.manager && !each.slot.isEmpty() && each.isUp() && !isGood(each));
        boolean canary = box.name.equals(campaign().settings().canary());
        require(!box.manager || canary || !workersAreLeft, box.name + " is a manager, and workers are left");
    }

    private static boolean isGood(Box box) {
        boolean hasIt = !BUNDLE.version().isNewerThan(new OsVersion(box.running));
        return hasIt && box.phase != Phase.TRIAL && box.phase != Phase.REBOOTING;
    }

    private void checkUnavailable(@Nullable Box more) {
        long unavailable = boxes.values().stream()
                .filter(box -> box == more
                        || box.labels.containsKey(OwnedLabels.DRAINED)
                        || box.phase == Phase.REBOOTING
                        || box.phase == Phase.TRIAL)
                .count();
        int most = Campaign.in(labels)
                .map(campaign -> campaign.settings().maxUnavailable())
                .orElse(1);
        require(unavailable <= most, unavailable + " boxes are unavailable by us");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    // What the campaign asks of the engine.

    boolean hasQuorum() {
        long voters = boxes.values().stream().filter(box -> box.manager).count();
        long up =
                boxes.values().stream().filter(box -> box.manager && box.isUp()).count();
        return up >= voters / 2 + 1;
    }

    private void requireLeader() throws OrchestratorException {
        if (leader.isEmpty()) {
            throw new OrchestratorException("The swarm does not have a leader.");
        }
    }

    @Override
    public EngineState engine() throws OrchestratorException {
        requireLeader();
        return new EngineState(
                "26.1.5",
                new TreeMap<>(),
                "",
                "",
                0,
                EngineState.Membership.ACTIVE,
                "entry-" + leader,
                "",
                true,
                "swarm",
                List.of(),
                "");
    }

    @Override
    public ClusterNode node(String id) throws OrchestratorException {
        requireLeader();
        return box(id.substring("entry-".length())).entry();
    }

    @Override
    public List<ClusterNode> nodes() throws OrchestratorException {
        requireLeader();
        return boxes.values().stream().map(Box::entry).toList();
    }

    @Override
    public Cluster cluster() throws OrchestratorException {
        requireLeader();
        return new Cluster("swarm", version, new TreeMap<>(labels));
    }

    @Override
    public void labelCluster(long decidedOn, Map<String, String> wanted) throws OrchestratorException {
        requireLeader();
        if (decidedOn != version) {
            throw new OrchestratorException("update out of sequence");
        }
        Window window = Campaign.in(wanted)
                .map(Campaign::settings)
                .orElse(Settings.DEFAULT)
                .window();
        boolean takes = RebootLock.in(wanted).size() > RebootLock.in(labels).size();
        require(!takes || window == null || window.contains(clock.instant()), "a box is taken outside the window");
        RebootLock.in(wanted).stream()
                .filter(lock -> lock.holder() == RebootLock.Holder.UPGRADE)
                .filter(lock ->
                        RebootLock.find(RebootLock.in(labels), lock.box()).isEmpty())
                .forEach(lock -> checkTurn(box(lock.box())));
        labels = new TreeMap<>(wanted);
        version++;
    }

    @Override
    public void updateNode(ClusterNode node, Map<String, String> wanted, @Nullable Availability availability)
            throws OrchestratorException {
        requireLeader();
        Box box = box(node.hostname());
        if (node.version() != box.version) {
            throw new OrchestratorException("update out of sequence");
        }
        box.labels.clear();
        box.labels.putAll(wanted);
        if (availability != null) {
            if (availability == Availability.DRAIN && box.availability != Availability.DRAIN) {
                box.drained = clock.instant();
            }
            box.availability = availability;
        }
        box.version++;
        checkUnavailable(null);
    }

    @Override
    public List<ServiceState> services() {
        boolean any = boxes.values().stream().anyMatch(box -> box.isUp() && box.availability == Availability.ACTIVE);
        List<ServiceState> services = new ArrayList<>();
        services.add(service("shop_web", any ? 2 : 0, any ? List.of() : List.of("no suitable node")));
        if (!sickService.isEmpty()) {
            services.add(service(sickService, 1, List.of("image not found")));
        }
        if (!pinnedTo.isEmpty()) {
            boolean placed = box(pinnedTo).isUp() && box(pinnedTo).availability == Availability.ACTIVE;
            services.add(service(
                    "till_pinned",
                    placed ? 2 : 0,
                    placed
                            ? List.of()
                            : List.of("no suitable node (scheduling constraints not satisfied on 3 nodes)")));
        }
        return services;
    }

    private static ServiceState service(String name, int running, List<String> pending) {
        return new ServiceState("id-" + name, name, "", "image", List.of(), 2, running, pending);
    }

    @Override
    public Set<String> movableOn(String node) {
        Box box = box(node.substring("entry-".length()));
        boolean moving = box.availability == Availability.ACTIVE
                || (box.availability == Availability.DRAIN && clock.instant().isBefore(box.drained.plus(MOVING)));
        return box.isUp() && moving ? Set.of("shop_web") : Set.of();
    }

    // The campaign.

    Campaign campaign() {
        return Campaign.in(labels).orElseThrow();
    }

    List<RebootLock> locks() {
        return RebootLock.in(labels);
    }

    void write(SortedMap<String, String> wanted) {
        labels = wanted;
        version++;
    }

    void lock(RebootLock lock) {
        write(lock.addedTo(labels));
    }

    /** As an operator starts one; the bundle is on a box unless it comes from the internet. */
    void start(Settings settings, String holder) {
        if (!holder.isEmpty()) {
            box(holder).stored.put(BUNDLE.id(), 100);
        }
        write(new Campaign(
                        version,
                        BUNDLE,
                        holder.isEmpty() ? SOURCE : "",
                        holder,
                        settings,
                        Campaign.State.RUNNING,
                        "",
                        clock.instant(),
                        new TreeSet<>(),
                        Services.sick(services()))
                .addedTo(labels));
    }

    void order(UnaryOperator<Campaign> edit) {
        write(edit.apply(campaign()).addedTo(labels));
    }

    /** The leader goes to another, or to a certain one; whoever leads then remembers nothing. */
    void leads(String name) {
        desired = name;
        sight = newSight();
        controller = newController();
    }

    private void elect() {
        String wanted = desired == null ? leader : desired;
        Box held = boxes.get(wanted);
        String next = "";
        if (hasQuorum()) {
            next = held != null && held.manager && held.isUp()
                    ? wanted
                    : boxes.values().stream()
                            .filter(box -> box.manager && box.isUp())
                            .map(box -> box.name)
                            .findFirst()
                            .orElse("");
        }
        if (!next.equals(leader)) {
            leader = next;
            sight = newSight();
            controller = newController();
        }
    }

    String leader() {
        return leader;
    }

    /** One moment: boxes get on, and the leader's agent looks and acts. */
    void tick() {
        boxes.values().forEach(Box::tick);
        elect();
        if (!leader.isEmpty()) {
            round();
        }
        clock.move(TICK);
    }

    private void round() {
        CampaignView view;
        try {
            view = controller.observe();
        } catch (ObservationException unanswered) {
            return;
        }
        Plan<CampaignStep> plan = planner.plan(view, clock.instant(), clock.instant());
        for (CampaignStep step : plan.steps()) {
            Outcome outcome = controller.act(step);
            done.add(step);
            if (outcome instanceof Outcome.Failed || outcome instanceof Outcome.Deferred) {
                return;
            }
        }
    }

    void run(Duration length) {
        Instant end = clock.instant().plus(length);
        while (clock.instant().isBefore(end)) {
            tick();
        }
    }

    /** Until the campaign does not go on by itself, at most so long. */
    Campaign.State runToTheEnd(Duration atMost) {
        Instant end = clock.instant().plus(atMost);
        while (clock.instant().isBefore(end)
                && (leader.isEmpty()
                        || campaign().state() == Campaign.State.RUNNING
                        || campaign().state() == Campaign.State.ABORTING)) {
            tick();
        }
        return campaign().state();
    }

    List<String> drained() {
        return boxes.values().stream()
                .filter(box -> box.availability != Availability.ACTIVE || box.labels.containsKey(OwnedLabels.DRAINED))
                .map(box -> box.name)
                .toList();
    }
}
