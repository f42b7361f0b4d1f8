package dev.rwo.agent;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.SteadyClock;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.discovery.ClockController;
import dev.rwo.agent.discovery.Discovery;
import dev.rwo.agent.discovery.DiscoveryController;
import dev.rwo.agent.discovery.Failure;
import dev.rwo.agent.discovery.HardwareIdentity;
import dev.rwo.agent.discovery.NewMachineController;
import dev.rwo.agent.fabric.Fabric;
import dev.rwo.agent.fabric.FabricController;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.hardware.Hardware;
import dev.rwo.agent.host.DefaultGateway;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.gossip.GossipMembership;
import dev.rwo.agent.membership.gossip.GossipSettings;
import dev.rwo.agent.node.PreparedNode;
import dev.rwo.agent.peer.HttpsPeers;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.ManagerRelay;
import dev.rwo.agent.swarm.NamedServices;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OverlayPool;
import dev.rwo.agent.swarm.WitnessStage;
import dev.rwo.agent.swarm.formation.BallotBox;
import dev.rwo.agent.swarm.formation.Formation;
import dev.rwo.agent.swarm.formation.FormationController;
import dev.rwo.agent.swarm.formation.JoinAnswer;
import dev.rwo.agent.swarm.formation.ManagerAddresses;
import dev.rwo.agent.swarm.formation.Surroundings;
import dev.rwo.agent.swarm.formation.SwarmMemory;
import dev.rwo.agent.swarm.managers.Leadership;
import dev.rwo.agent.swarm.managers.Recovery;
import dev.rwo.agent.swarm.twonode.TwoNodeService;
import dev.rwo.agent.swarm.twonode.TwoNodeTiming;
import dev.rwo.agent.trust.EnrolmentController;
import dev.rwo.agent.trust.EnrolmentDesk;
import dev.rwo.agent.trust.SitePeerTls;
import dev.rwo.agent.trust.TrustController;
import dev.rwo.agent.trust.TrustDesk;
import dev.rwo.agent.trust.TrustOffice;
import dev.rwo.agent.upgrade.NodeUpgrader;
import dev.rwo.agent.upgrade.PeerUpgrader;
import dev.rwo.agent.upgrade.TrialController;
import dev.rwo.agent.upgrade.UpgradeService;
import dev.rwo.agent.upgrade.campaign.CampaignDesk;
import dev.rwo.agent.upgrade.campaign.Campaigns;
import dev.rwo.agent.upgrade.source.Sources;
import dev.rwo.agent.upgrade.stick.StickController;
import dev.rwo.agent.upgrade.stick.Sticks;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.config.ClusterConfig;
import dev.rwo.keys.RevokedNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What makes this box one of its site's: how it finds, trusts and hears the others, and its place in their swarm. */
final class SiteParts implements AutoCloseable {

    private static final int API_PORT = 8443;
    private static final long STARTED = System.nanoTime();

    /** A box that proved itself is a member within a few rounds of gossip; after that something keeps it out. */
    private static final Duration LET_IN = Duration.ofSeconds(10);

    private final PreparedNode prepared;
    private final AtomicReference<LanAddresses> addresses;
    private final GossipMembership gossip;
    private final Discovery discovery;
    private final TrustDesk trust;
    private final EnrolmentDesk enrolment;
    private final EnrolmentController enrolling;
    private final Fabric fabric;
    private final Formation formation;
    private final ManagerAddresses managers;
    private final ManagerRelay relay;
    private final Leadership leadership;
    private final Recovery recovery;
    private final TwoNodeService pair;
    private final UpgradeService upgrades;
    private final Campaigns campaigns;
    private final Sticks sticks;
    private final NewMachineController newMachine;
    private final List<Controller<?, ?>> controllers = new ArrayList<>();
    private final AtomicBoolean gossiping = new AtomicBoolean();
    private volatile GossipKeyRing ring = new GossipKeyRing(List.of(), List.of());

    /** The keys as the trust document has them, and as gossip takes them. */
    private record GossipKeyRing(List<String> encoded, List<byte[]> keys) {}

    /**
     * What is given.
     *
     * @param prepared this node
     * @param version the agent's version
     * @param addresses the box's addresses, kept by the network controller
     * @param obstacle why the box must not be in a swarm just now; empty when it may
     * @param certificateChanged makes the server read key and certificate again
     * @param news told what changed
     */
    record Given(
            PreparedNode prepared,
            String version,
            Orchestrator orchestrator,
            Hardware hardware,
            AtomicReference<LanAddresses> addresses,
            Supplier<String> obstacle,
            Runnable certificateChanged,
            HostCommands commands,
            Clock clock,
            MeterRegistry meters,
            Vertx vertx,
            Consumer<Topic> news) {}

    /** Puts the parts together; nothing runs yet. */
    SiteParts(Given given) {
        prepared = given.prepared();
        addresses = given.addresses();
        NodeLayout layout = prepared.layout();
        ClusterConfig cluster = prepared.config().cluster();
        Clock clock = given.clock();
        Consumer<Topic> news = given.news();
        HttpsPeers peers = new HttpsPeers(new SitePeerTls(layout, prepared.trust()), clock);
        HardwareIdentity machine = HardwareIdentity.of(
                layout.root(), prepared.siteName(), layout.state().resolve("first-machine"));
        gossip = new GossipMembership(
                GossipSettings.of(prepared.siteName(), ""),
                this::gossipKeys,
                this::gossipSeeds,
                MemberDigest.of(prepared.nodeId(), prepared.nodeName(), "", given.version())
                        .withHardware(machine.hash()),
                clock,
                given.meters(),
                () -> news.accept(Topic.MEMBERS));
        discovery = new Discovery(
                new Discovery.Settings(
                        cluster,
                        prepared.nodeId(),
                        prepared.siteName(),
                        API_PORT,
                        GossipSettings.PORT,
                        given.version(),
                        machine,
                        layout.state().resolve("peers.json")),
                new Discovery.World(peers, gossip, addresses, news, () -> awaited(prepared)),
                clock,
                new SecureRandom(),
                given.meters());
        trust = new TrustDesk(prepared.trust(), gossip, peers, given.orchestrator(), clock);
        enrolment = new EnrolmentDesk(prepared.trust(), clock, given.meters());
        fabric = new Fabric(cluster.fabric(), addresses::get);
        Neighbours neighbours = new Neighbours(gossip, peers);
        SwarmMemory memory = new SwarmMemory(layout.swarmMemory());
        managers = new ManagerAddresses(gossip::members, memory);
        relay = new ManagerRelay(ManagerRelay.PORT, managers);
        leadership = new Leadership(
                given.orchestrator(),
                neighbours,
                cluster,
                given.hardware()::facts,
                given.hardware().controller()::release,
                () -> memory.get().provisional(),
                clock,
                news);
        Supplier<String> overlayPool = () -> OverlayPool.choose(addresses.get().all());
        recovery = new Recovery(
                given.orchestrator(),
                neighbours,
                prepared.siteName(),
                fabric::advertised,
                overlayPool,
                new DefaultGateway(layout.root(), given.commands()),
                news);
        ClockController timekeeper =
                new ClockController(discovery, layout, given.commands(), clock, given.meters(), news);
        Supplier<Duration> uptime = () -> Duration.ofNanos(System.nanoTime() - STARTED);
        formation = new Formation(new Formation.Wiring(
                given.orchestrator(),
                gossip,
                memory,
                new BallotBox(layout.ballot(), uptime.get()),
                prepared.siteName(),
                cluster.witness(),
                fabric::advertised,
                overlayPool,
                () -> admission(prepared).or(timekeeper::obstacle).orElseGet(given.obstacle()),
                () -> surroundings(clock.instant()),
                uptime,
                new SecureRandom(),
                news));
        controllers.add(new DiscoveryController(discovery));
        controllers.add(timekeeper);
        newMachine = new NewMachineController(discovery, layout.root(), given.commands(), clock, news);
        controllers.add(newMachine);
        enrolling = new EnrolmentController(
                layout,
                prepared.trust(),
                new Applicant(prepared, addresses, given.hardware()),
                this::discoveredApis,
                this::memberApis,
                this::othersKnowTrust,
                peers,
                prepared::awaitApproval,
                given.certificateChanged(),
                clock);
        controllers.add(enrolling);
        controllers.add(new TrustController(trust, gossip, this::discoveredApis, news));
        controllers.add(new FabricController(
                fabric,
                layout,
                gossip,
                () -> given.orchestrator().engine().advertised(),
                this::revoked,
                given.commands(),
                clock,
                given.meters(),
                news));
        pair = new TwoNodeService(
                new TwoNodeService.Parts(
                        layout.root(),
                        layout.state(),
                        layout.variable().resolve("lib/docker/swarm"),
                        prepared.nodeId(),
                        prepared.nodeName(),
                        cluster.twoNode(),
                        cluster.witness(),
                        given.orchestrator(),
                        gossip,
                        peers,
                        given.commands(),
                        fabric::advertised,
                        // The machine's, wherever the node's files are.
                        TwoNodeService.uptime(Path.of("/")),
                        news),
                TwoNodeTiming.DEFAULT);
        controllers.add(pair.controller());
        upgrades = new UpgradeService(
                layout,
                given.commands(),
                () -> prepared.trust().trust().roots(),
                new Sources(peers, prepared.config().proxy()),
                given.vertx(),
                prepared.config().upgrade().trial());
        NamedServices services = new NamedServices(
                given.orchestrator(), neighbours, prepared.config().upgrade().services());
        controllers.add(upgrades.trialController(
                new TrialController.World(prepared.board()::all, services::problems, new SteadyClock(clock)::instant)));
        sticks = new Sticks(layout.sticks(), upgrades);
        campaigns = new Campaigns(new Campaigns.Parts(
                given.orchestrator(),
                neighbours,
                node -> upgrader(node, peers),
                upgrades,
                timekeeper::obstacle,
                clock,
                news));
        controllers.add(new FormationController(formation, given.orchestrator(), peers, this::waysIn, this::notice));
        controllers.addAll(cluster.witness() ? WitnessStage.all() : leadership.controllers());
        if (!cluster.witness()) {
            controllers.add(campaigns.controller());
            controllers.add(new StickController(
                    sticks,
                    prepared.config().upgrade().stick(),
                    campaigns.desk(),
                    () -> upgrades.look().running(),
                    prepared.nodeId()));
        }
    }

    /** Upgrades a box of the site, this one or another. */
    private NodeUpgrader upgrader(String node, Peers peers) {
        if (node.equals(prepared.nodeId())) {
            return upgrades;
        }
        String api = gossip.members()
                .everyone()
                .filter(member -> member.nodeId().equals(node))
                .map(member -> member.digest().api())
                .findFirst()
                .orElse("");
        return new PeerUpgrader(peers.only(node), api);
    }

    /** Everything that runs. */
    List<Controller<?, ?>> controllers() {
        return controllers;
    }

    Discovery discovery() {
        return discovery;
    }

    Fabric fabric() {
        return fabric;
    }

    Formation formation() {
        return formation;
    }

    Leadership leadership() {
        return leadership;
    }

    Recovery recovery() {
        return recovery;
    }

    /** What works on trust, for the interface. */
    TrustOffice.Parts trustParts(TrustOffice.Rekey rekey) {
        return new TrustOffice.Parts(trust, rekey, enrolment);
    }

    /** Listens for what the parts need of the engine's connections. */
    void start() {
        relay.start();
        pair.start();
    }

    private List<String> waysIn(JoinAnswer answer) {
        managers.granted(answer);
        return relay.before(answer.managers());
    }

    /** To be called when the box's addresses or its trust may have changed: gossip follows both. */
    void follow() {
        Optional<String> host =
                addresses.get().primary().map(LanAddress::address).map(InetAddress::getHostAddress);
        if (host.isEmpty() || prepared.trust().gossipKeys().isEmpty()) {
            return;
        }
        discovery.retryAll();
        gossip.tell(digest -> digest.withApi(host.get() + ":" + API_PORT));
        gossip.advertise(host.get());
        if (gossiping.compareAndSet(false, true)) {
            gossip.start();
        }
    }

    /** Why the node has no certificate of its site yet; empty when it has one, or needs none. */
    private static String awaited(PreparedNode prepared) {
        String code = prepared.approvalCode();
        return code.isEmpty() ? "" : "awaiting approval of code " + code;
    }

    /** Why the box is no node of its site yet; one that must be let in founds no swarm of its own meanwhile. */
    private static Optional<String> admission(PreparedNode prepared) {
        if (prepared.siteName().isEmpty() || prepared.trust().document().isPresent()) {
            return Optional.empty();
        }
        String awaited = awaited(prepared);
        return Optional.of(awaited.isEmpty() ? "waiting to be let into the site" : awaited);
    }

    private List<byte[]> gossipKeys() {
        List<String> encoded = prepared.trust().gossipKeys();
        GossipKeyRing known = ring;
        if (!known.encoded().equals(encoded)) {
            known = new GossipKeyRing(
                    encoded, encoded.stream().map(Base64.getDecoder()::decode).toList());
            ring = known;
        }
        return known.keys();
    }

    private List<String> gossipSeeds() {
        return discovery.seeds();
    }

    private List<String> discoveredApis() {
        return discovery.proven();
    }

    private List<String> memberApis() {
        return gossip.members().present().stream()
                .map(member -> member.digest().api())
                .filter(api -> !api.isEmpty())
                .toList();
    }

    /** Makes the node's key anew where others issue its certificates. */
    String rekeyByOthers() {
        return enrolling.rekey();
    }

    /** Whether every present member has this node's trust document, or a newer one. */
    boolean othersKnowTrust() {
        long version = prepared.trust().version();
        return gossip.members().present().stream()
                .allMatch(member -> member.digest().trust() >= version);
    }

    private Set<String> revoked() {
        return prepared.trust()
                .document()
                .map(document ->
                        document.revoked().stream().map(RevokedNode::nodeId).collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private Surroundings surroundings(Instant now) {
        Duration listened = discovery
                .listeningSince()
                .map(since -> Duration.between(since, now))
                .orElse(Duration.ZERO);
        Set<String> members =
                gossip.members().everyone().map(member -> member.nodeId()).collect(Collectors.toSet());
        boolean introducing = discovery.hearsUnknown()
                || discovery.verified().stream()
                        .anyMatch(hello -> !members.contains(hello.nodeId())
                                && Duration.between(hello.time(), now).abs().compareTo(LET_IN) < 0);
        return new Surroundings(
                listened,
                discovery.failures().stream().map(Failure::text).toList(),
                introducing,
                discovery.duplicateObstacle().orElse(""));
    }

    /** What happens when one of two boxes is lost. */
    TwoNodeService pair() {
        return pair;
    }

    private Optional<Verdict> pairNotice() {
        return pair.notice().filter(notice -> notice.state() == StageState.DEGRADED);
    }

    private Optional<Verdict> notice() {
        return newMachine.notice().or(this::pairNotice);
    }

    /** Upgrades the site. */
    CampaignDesk campaigns() {
        return campaigns.desk();
    }

    /** Upgrades this box. */
    Sticks sticks() {
        return sticks;
    }

    UpgradeService upgrades() {
        return upgrades;
    }

    /** Why this box keeps its engine stopped; empty when it does not. */
    Optional<Verdict> keptStopped() {
        return newMachine.notice().or(() -> pair.isFenced() ? pairNotice() : Optional.empty());
    }

    @Override
    public void close() {
        upgrades.close();
        pair.close();
        relay.close();
        discovery.close();
        gossip.close();
    }
}
