package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.control.ControlEngine;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.managers.Leadership;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.config.ClusterConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The leader's agent with two other boxes, an engine in memory and peers in memory. */
class LeaderTest {

    private static final ClusterConfig CONFIG = ClusterConfig.DEFAULT;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Semaphore news = new Semaphore(0);
    private final FakeEngine engine = new FakeEngine();
    private final Map<String, JsonNode> labelsOf = new ConcurrentHashMap<>();
    private final List<String> posts = new CopyOnWriteArrayList<>();
    private final Table table = new Table();
    private final DockerOrchestrator orchestrator = new DockerOrchestrator(engine.host(), (deadline, command) -> "");
    private @Nullable ControlEngine controllers;

    /** What gossip sees, changed by the test. */
    private static final class Table implements Membership {

        private MemberDigest own =
                MemberDigest.of("box-1", "till-1", "192.0.2.10:8443", "1").withHardware("hw-1");
        private final Map<String, Member> others = new ConcurrentHashMap<>();

        @Override
        public synchronized MemberTable members() {
            return new MemberTable(
                    new Member("boot-1", "", MemberState.ALIVE, Instant.EPOCH, own), List.copyOf(others.values()));
        }

        @Override
        public synchronized void tell(UnaryOperator<MemberDigest> change) {
            own = change.apply(own);
        }

        void sees(String box, String swarmNode, String profile) {
            others.put(
                    box,
                    new Member(
                            "boot-" + box,
                            "",
                            MemberState.ALIVE,
                            Instant.now(),
                            MemberDigest.of(box, box, box + ":8443", "1")
                                    .withHardware("hw-" + box)
                                    .withSwarm(SwarmRole.WORKER, "fakeswarm", swarmNode, false, 0)
                                    .withProfile(profile)));
        }
    }

    private final class InMemory implements Peers {

        @Override
        public JsonNode get(String api, String path) throws PeerException {
            JsonNode labels = labelsOf.get(api);
            if (labels == null || !path.equals("/api/v1/peer/labels")) {
                throw new PeerException(PeerException.Kind.UNREACHABLE, api + " does not answer");
            }
            return labels;
        }

        @Override
        public JsonNode post(String api, String path, JsonNode body) {
            posts.add(api + path + body);
            return JsonNodeFactory.instance.objectNode();
        }
    }

    @BeforeEach
    void aSwarmOfWhichThisBoxIsTheLeader(@TempDir Path root) throws OrchestratorException {
        orchestrator.createCluster(InetAddress.ofLiteral("192.0.2.10"), "10.208.0.0/12");
        NodeFacts facts = Nodes.facts("r1", Map.of("edge.profile.rev", "r1", "edge.cpu.class", "xeon"), Set.of());
        Clock clock = Clock.systemUTC();
        Leadership leadership = new Leadership(
                orchestrator,
                new Neighbours(table, new InMemory()),
                CONFIG,
                () -> Optional.of(facts),
                released -> {},
                () -> false,
                clock,
                this::tell);
        List<Controller<?, ?>> both = leadership.controllers().subList(0, 2);
        ControlEngine engines = new ControlEngine(
                both, new StageBoard(new NodeLayout(root), clock), clock, new SimpleMeterRegistry(), new Random(1));
        controllers = engines;
        engines.start();
    }

    private void tell(Topic topic) {
        news.release();
        ControlEngine running = controllers;
        if (running != null) {
            running.trigger(topic);
        }
    }

    @AfterEach
    void end() throws Exception {
        Objects.requireNonNull(controllers).close();
        orchestrator.close();
        engine.close();
    }

    private static JsonNode says(String revision, Map<String, String> labels, Set<String> retired) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put("edge.profile.rev", revision);
        return BoxLabels.of(Nodes.facts(revision, all, Set.of(), retired)).toJson();
    }

    /** Looks whenever the controllers told news, until it holds or half a minute is over. */
    private void within(Runnable assertion) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                assertion.run();
                return;
            } catch (AssertionError notYet) {
                if (Instant.now().isAfter(end)) {
                    throw notYet;
                }
            }
            try {
                boolean told = news.tryAcquire(100, TimeUnit.MILLISECONDS);
                assertThat(told || Instant.now().isBefore(end.plus(PATIENCE))).isTrue();
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
        }
    }

    private JsonNode spec(String node) {
        JsonNode spec = engine.specOf(node);
        return spec == null ? JsonNodeFactory.instance.objectNode() : spec;
    }

    @Test
    void aBoxThatJoinsIsLabelledAndThenActive() {
        joinBoxTwo();
    }

    private void joinBoxTwo() {
        labelsOf.put("box-2:8443", says("r2", Map.of("edge.cpu.class", "atom"), Set.of()));
        engine.joins("node2", "till-2");
        table.sees("box-2", "node2", "p1");
        tell(Topic.MEMBERS);
        within(() -> {
            assertThat(spec("node2").path("Labels").path("edge.cpu.class").asText())
                    .isEqualTo("atom");
            assertThat(spec("node2").path("Labels").path("edge.node.id").asText())
                    .isEqualTo("box-2");
            assertThat(spec("node2").path("Labels").path("edge.node.hw").asText())
                    .isEqualTo("hw-box-2");
            assertThat(spec("node2").path("Availability").asText()).isEqualTo("active");
        });
    }

    @Test
    void aChangeThatGossipTellsOfIsFetchedAndWritten() {
        joinBoxTwo();
        labelsOf.put("box-2:8443", says("r3", Map.of("edge.gpu.intel", "true"), Set.of()));
        table.sees("box-2", "node2", "p2");
        tell(Topic.MEMBERS);
        within(() -> {
            assertThat(spec("node2").path("Labels").has("edge.gpu.intel")).isTrue();
            assertThat(spec("node2").path("Labels").has("edge.cpu.class")).isFalse();
        });
    }

    @Test
    void aBoxThatAnswersNonsenseOrNothingHoldsUpNoOther() {
        labelsOf.put("box-2:8443", says("r2", Map.of("team", "mine"), Set.of()));
        labelsOf.put("box-4:8443", says("r2", Map.of("edge.cpu.class", "atom"), Set.of()));
        engine.joins("node2", "till-2");
        engine.joins("node3", "till-3");
        engine.joins("node4", "till-4");
        table.sees("box-2", "node2", "p1");
        table.sees("box-3", "node3", "p1");
        table.sees("box-4", "node4", "p1");
        tell(Topic.MEMBERS);
        within(() -> assertThat(spec("node4").path("Availability").asText()).isEqualTo("active"));
        assertThat(spec("node2").path("Labels")).isEmpty();
        assertThat(spec("node3").path("Availability").asText()).isEqualTo("drain");
    }

    @Test
    void aBoxWhoseRuleIsGoneIsToldThatItsLabelIs() {
        labelsOf.put("box-2:8443", says("r2", Map.of(), Set.of("site.printer")));
        engine.joins("node2", "till-2");
        table.sees("box-2", "node2", "p1");
        tell(Topic.MEMBERS);
        within(() -> assertThat(posts).contains("box-2:8443/api/v1/peer/labels/released{\"keys\":[\"site.printer\"]}"));
    }

    @Test
    void aBoxThatComesBackHasWhatTheOperatorSet() throws OrchestratorException {
        Cluster cluster = orchestrator.cluster();
        KeptNode kept = KeptNode.of(
                        Nodes.node(
                                Availability.DRAIN,
                                Map.of("edge.node.id", "box-2", "edge.joined", "20260101T000000Z", "team", "blue")),
                        cluster.version())
                .orElseThrow();
        orchestrator.labelCluster(cluster.version(), kept.addedTo(cluster.labels()));
        labelsOf.put("box-2:8443", says("r2", Map.of(), Set.of()));
        engine.joins("node2", "till-2");
        table.sees("box-2", "node2", "p1");
        tell(Topic.MEMBERS);
        within(() -> {
            assertThat(spec("node2").path("Labels").path("team").asText()).isEqualTo("blue");
            assertThat(spec("node2").path("Labels").has("edge.joined")).isTrue();
            assertThat(keptBoxes()).isEmpty();
        });
        assertThat(spec("node2").path("Availability").asText()).isEqualTo("drain");
    }

    private List<KeptNode> keptBoxes() {
        try {
            return KeptNode.in(orchestrator.cluster().labels());
        } catch (OrchestratorException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
