package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.HttpsPeers;
import dev.rwo.agent.peer.NodeFilesTls;
import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.agent.testing.PeerFiles;
import dev.rwo.agent.testing.TlsServer;
import dev.rwo.firstboot.config.ClusterConfig;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Introductions over real TLS on loopback; multicast is in MulticastIT. */
@SuppressWarnings("NullAway.Init") // made before each test
class DiscoveryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path home;

    private static Site shop;
    private static Site other;
    private static PeerFiles us;
    private static PeerFiles them;

    private final LinkedBlockingQueue<Topic> news = new LinkedBlockingQueue<>();
    private final Set<Topic> told = ConcurrentHashMap.newKeySet();
    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicReference<String> waiting = new AtomicReference<>("");
    private final Members members = new Members();
    private final List<TlsServer> servers = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path state;

    private Discovery discovery;
    private DiscoveryController controller;

    private static final class Members implements Membership {
        private Member self = new Member(
                "boot-1",
                "10.0.0.1:8444",
                MemberState.ALIVE,
                Instant.now(),
                MemberDigest.of("us", "till-1", "10.0.0.1:8443", "0.1"));
        private List<Member> others = List.of();

        @Override
        public MemberTable members() {
            return new MemberTable(self, others);
        }

        @Override
        public void tell(UnaryOperator<MemberDigest> change) {
            self = new Member(self.boot(), self.address(), self.state(), self.since(), change.apply(self.digest()));
        }
    }

    @BeforeAll
    static void twoSites() {
        shop = Site.create(home.resolve("shop"), new SiteName("shop-17"), shifted(-800));
        other = Site.create(home.resolve("other"), new SiteName("other-shop"), shifted(-800));
        us = PeerFiles.of(home.resolve("us"), shop, "us", Clock.systemUTC());
        them = PeerFiles.of(home.resolve("them"), shop, "them", Clock.systemUTC());
    }

    private static Clock shifted(int days) {
        return Clock.fixed(Instant.now().plus(Duration.ofDays(days)), ZoneOffset.UTC);
    }

    @BeforeEach
    void alone() {
        start(List.of());
    }

    private void start(List<String> seeds) {
        start(seeds, us);
    }

    private void start(List<String> seeds, PeerFiles own) {
        ClusterConfig none = ClusterConfig.DEFAULT;
        ClusterConfig cluster = new ClusterConfig(
                seeds, false, none.fabric(), none.twoNode(), false, none.managerGrace(), none.memberGrace());
        LanAddress lan = new LanAddress("eth0", InetAddress.ofLiteral("10.0.0.1"), 24, true);
        discovery = new Discovery(
                new Discovery.Settings(
                        cluster,
                        "us",
                        "shop-17",
                        8443,
                        8444,
                        "0.1",
                        new HardwareIdentity("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"),
                        state.resolve("peers.json")),
                new Discovery.World(
                        new HttpsPeers(new NodeFilesTls(own.layout()), Clock.systemUTC()),
                        members,
                        new AtomicReference<>(new LanAddresses(List.of(lan), Set.of("eth0"), Set.of("eth0"))),
                        this::tell,
                        waiting::get),
                Clock.systemUTC(),
                nanos::get,
                new Random(17),
                meters);
        controller = new DiscoveryController(discovery);
    }

    @AfterEach
    void end() throws IOException {
        discovery.close();
        for (TlsServer server : servers) {
            server.close();
        }
    }

    private void tell(Topic topic) {
        told.add(topic);
        news.add(topic);
    }

    private static String hello(String nodeId, String boot, Instant time) {
        return TlsServer.json(
                200,
                new Hello(
                                nodeId,
                                boot,
                                "till-2",
                                "shop-17",
                                "bbbbbbbbbbbbbbbb",
                                "10.0.0.2:8444",
                                "",
                                time,
                                3,
                                "",
                                "0.1")
                        .toJson()
                        .toString());
    }

    private String serving(TlsServer server) {
        servers.add(server);
        return server.address();
    }

    /** Rounds until nothing is under way and everything was asked once. */
    private void introduceEverywhere() throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            DiscoveryController.View view = controller.observe();
            controller.plan(view, Instant.now()).steps().forEach(controller::act);
            boolean settled = !view.rows().isEmpty()
                    && view.rows().stream().allMatch(row -> row.due() != null && row.answer() != null);
            if (settled) {
                return;
            }
            assertThat(Instant.now()).as("introductions never end").isBefore(deadline);
            news.poll(200, TimeUnit.MILLISECONDS);
        }
    }

    private Failure.Reason onlyReason() {
        assertThat(discovery.failures()).as("%s", discovery.failures()).hasSize(1);
        return discovery.failures().getFirst().reason();
    }

    @Test
    void aSeedOfThisSiteBecomesASeedOfGossipAndIsRemembered() throws Exception {
        String address =
                serving(TlsServer.mutual(them.serving(shop), TlsServer.always(hello("them", "boot-2", Instant.now()))));
        start(List.of(address));
        introduceEverywhere();
        assertThat(discovery.seeds()).containsExactly("10.0.0.2:8444");
        assertThat(discovery.verified()).extracting(Hello::nodeId).containsExactly("them");
        assertThat(discovery.failures()).isEmpty();
        assertThat(told).contains(Topic.MEMBERS);
        discovery.look();
        assertThat(new RememberedPeers(state.resolve("peers.json")).addresses()).hasToString("[" + address + "]");
    }

    @Test
    void aRememberedPeerIsFoundWithoutSeedOrMulticast() throws Exception {
        String address =
                serving(TlsServer.mutual(them.serving(shop), TlsServer.always(hello("them", "boot-2", Instant.now()))));
        RememberedPeers before = new RememberedPeers(state.resolve("peers.json"));
        before.met("them", PeerAddress.parse(address, 0).orElseThrow());
        before.save(Instant.now());
        start(List.of());
        introduceEverywhere();
        assertThat(discovery.seeds()).hasSize(1);
    }

    @Test
    void aBoxOfAnotherSiteIsAReasonWithItsName() throws Exception {
        PeerFiles stranger = PeerFiles.of(home.resolve("stranger"), other, "stranger", Clock.systemUTC());
        start(List.of(serving(TlsServer.open(stranger.serving(other), TlsServer.always("")))));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.OTHER_SITE);
        assertThat(discovery.failures().getFirst().text()).contains("site other-shop");
        assertThat(discovery.seeds()).isEmpty();
        assertThat(meters.counter("rwo.discovery.introductions", "outcome", "other_site")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whoseCertificateIsOverByItsOwnClockIsExpired() throws Exception {
        PeerFiles old = PeerFiles.of(home.resolve("old"), shop, "old", shifted(-400));
        start(List.of(
                serving(TlsServer.open(old.serving(shop), TlsServer.always(hello("old", "boot-2", Instant.now()))))));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.EXPIRED);
        assertThat(discovery.clocks()).isEmpty();
    }

    @Test
    void whoseCertificateIsGoodByItsOwnClockHasAnotherClock() throws Exception {
        PeerFiles behind = PeerFiles.of(home.resolve("behind"), shop, "behind", shifted(-400));
        Instant theirs = Instant.now().minus(Duration.ofDays(399));
        start(List.of(
                serving(TlsServer.open(behind.serving(shop), TlsServer.always(hello("behind", "boot-2", theirs))))));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.CLOCK);
        assertThat(discovery.failures().getFirst().text())
                .contains("this box says")
                .contains("till-2")
                .contains("says");
        assertThat(discovery.clocks())
                .singleElement()
                .satisfies(reading -> assertThat(reading.ahead()).isNegative());
    }

    @Test
    void aBoxWhoseOwnDatesNobodyAcceptsLearnsTheTimeAllTheSame() throws Exception {
        // This box took 400 days ago for now when it made its certificate; its clock still does.
        PeerFiles late = PeerFiles.of(home.resolve("late"), shop, "us", shifted(-400));
        start(
                List.of(serving(TlsServer.open(them.serving(shop), (request, out) -> {
                    boolean open = request.startsWith("GET " + Introduction.TIME_PATH + " ");
                    Instant theirs = Instant.now().plus(Duration.ofDays(2));
                    out.write((open ? TlsServer.json(200, "{\"time\":\"" + theirs + "\"}") : TlsServer.json(401, "{}"))
                            .getBytes(StandardCharsets.UTF_8));
                }))),
                late);
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.CLOCK);
        assertThat(discovery.clocks())
                .singleElement()
                .satisfies(reading -> assertThat(reading.ahead()).isBetween(Duration.ofDays(1), Duration.ofDays(3)));
    }

    @Test
    void whoIsHeardButNotReachedIsBlocked() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        discovery.sighted(new Sighting(new PeerAddress("127.0.0.1", port), "them", "shop-17", Instant.now()));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.BLOCKED);
        assertThat(discovery.failures().getFirst().text()).contains("its port " + port + " is blocked");
    }

    @Test
    void aSeedThatIsOffIsOnlyUnreachable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        start(List.of("127.0.0.1:" + port));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.UNREACHABLE);
    }

    @Test
    void whoDoesNotLetUsInIsAReason() throws Exception {
        start(List.of(serving(
                TlsServer.open(them.serving(shop), TlsServer.always(TlsServer.json(403, "{\"detail\":\"no\"}"))))));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.NOT_ALLOWED);
        assertThat(discovery.seeds()).isEmpty();
        assertThat(discovery.proven()).as("whom to ask for a certificate").hasSize(1);
    }

    @Test
    void whoClaimsToBeAnotherNodeThanItsCertificateSaysIsNotBelieved() throws Exception {
        start(List.of(serving(
                TlsServer.mutual(them.serving(shop), TlsServer.always(hello("somebody", "boot-2", Instant.now()))))));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.NONSENSE);
        assertThat(discovery.seeds()).isEmpty();
    }

    @Test
    void theNodeItselfIsNoPeer() throws Exception {
        start(List.of(
                serving(TlsServer.mutual(us.serving(shop), TlsServer.always(hello("us", "boot-1", Instant.now()))))));
        introduceEverywhere();
        assertThat(discovery.verified()).isEmpty();
        assertThat(discovery.duplicateObstacle()).isEmpty();
    }

    @Test
    void aBoxWithThisNodesIdentityIsNamed() throws Exception {
        start(List.of(
                serving(TlsServer.mutual(us.serving(shop), TlsServer.always(hello("us", "boot-2", Instant.now()))))));
        introduceEverywhere();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.DUPLICATE);
        assertThat(discovery.duplicateObstacle()).as("not certain at once").isEmpty();
    }

    @Test
    void aCopyIsToldSo() {
        Member copy = new Member(
                "boot-2",
                "10.0.0.2:8444",
                MemberState.ALIVE,
                Instant.now().minus(DuplicatePlanner.CERTAIN_AFTER),
                MemberDigest.of("us", "till-1", "10.0.0.2:8443", "0.1").withHardware("cccccccccccccccc"));
        members.others = List.of(copy);
        discovery.look();
        assertThat(discovery.duplicateObstacle()).isEmpty();
        assertThat(discovery.failures().getFirst().text()).contains("10.0.0.2:8444 runs from a copy");
        members.others = List.of(new Member(
                copy.boot(),
                copy.address(),
                copy.state(),
                copy.since(),
                copy.digest().withHardware("aaaaaaaaaaaaaaaa")));
        members.tell(digest -> digest.withHardware("dddddddddddddddd"));
        Discovery moved = discoveryOn(new HardwareIdentity("dddddddddddddddd", "aaaaaaaaaaaaaaaa"));
        moved.look();
        assertThat(moved.duplicateObstacle())
                .hasValueSatisfying(text -> assertThat(text)
                        .isEqualTo(
                                "this disk is a copy of node till-1 at 10.0.0.2:8444: flash this box anew to make it a node"
                                        + " of its own"));
        assertThat(moved.failures().getFirst().reason()).isEqualTo(Failure.Reason.DUPLICATE);
        moved.close();
    }

    private Discovery discoveryOn(HardwareIdentity machine) {
        LanAddress lan = new LanAddress("eth0", InetAddress.ofLiteral("10.0.0.1"), 24, true);
        return new Discovery(
                new Discovery.Settings(
                        ClusterConfig.DEFAULT,
                        "us",
                        "shop-17",
                        8443,
                        8444,
                        "0.1",
                        machine,
                        state.resolve("moved.json")),
                new Discovery.World(
                        new HttpsPeers(new NodeFilesTls(us.layout()), Clock.systemUTC()),
                        members,
                        new AtomicReference<>(new LanAddresses(List.of(lan), Set.of("eth0"), Set.of("eth0"))),
                        this::tell,
                        () -> ""),
                Clock.systemUTC(),
                new Random(17),
                meters);
    }

    @Test
    void aloneItSaysWhereItLooked() {
        discovery.look();
        assertThat(onlyReason()).isEqualTo(Failure.Reason.NO_PEER_SEEN);
        assertThat(discovery.failures().getFirst().text()).contains("looked at 0 seeds, at 0 remembered addresses");
        assertThat(discovery.failures().getFirst().hint()).contains("cluster.seeds");
    }

    @Test
    void withoutCertificateThatIsTheFirstReason() {
        waiting.set("awaiting approval: code 1234");
        assertThat(discovery.failures().getFirst().reason()).isEqualTo(Failure.Reason.AWAITING_APPROVAL);
    }

    @Test
    void howLongItListensDoesNotDependOnTheWallClock() {
        assertThat(discovery.listeningSince()).isEmpty();
        discovery.look();
        nanos.addAndGet(Duration.ofSeconds(12).toNanos());
        Duration listened = Duration.between(discovery.listeningSince().orElseThrow(), Instant.now());
        assertThat(listened).isBetween(Duration.ofSeconds(12), Duration.ofSeconds(20));
    }

    @Test
    void itTellsTheOthersItsMachineAndItsApi() {
        discovery.look();
        assertThat(members.self.digest().hardware()).isEqualTo("aaaaaaaaaaaaaaaa");
        assertThat(members.self.digest().api()).isEqualTo("10.0.0.1:8443");
    }

    @Test
    void aFloodOfSightingsIsAskedAFewAtATimeAndSeedsFirst() {
        start(List.of("10.0.0.250"));
        for (int i = 2; i < 250; i++) {
            for (int port = 1000; port < 1010; port++) {
                discovery.sighted(new Sighting(new PeerAddress("10.0.0." + i, port), "", "", Instant.now()));
            }
        }
        DiscoveryController.View view = controller.observe();
        assertThat(view.rows()).hasSizeLessThanOrEqualTo(Sightings.MOST + 1);
        Plan<DiscoveryController.Change> plan = controller.plan(view, Instant.now());
        assertThat(plan.steps())
                .singleElement()
                .isInstanceOfSatisfying(DiscoveryController.Introduce.class, introduce -> {
                    assertThat(introduce.addresses()).hasSize(25).startsWith(new PeerAddress("10.0.0.250", 8443));
                });
        assertThat(view.toString()).hasSizeLessThan(300);
    }
}
