package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.control.ControlEngine;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.DockerOrchestrator;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.swarm.formation.SwarmLabels;
import dev.rwo.agent.swarm.twonode.ReplicaException;
import dev.rwo.agent.swarm.twonode.TwoNodeAnswers;
import dev.rwo.agent.swarm.twonode.TwoNodeService;
import dev.rwo.agent.swarm.twonode.TwoNodeTiming;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two boxes with real engines and the agent's part that keeps them apart; formation is played by the test. */
@RequiresEngine
class TwoNodeLabIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private final List<Box> boxes = new ArrayList<>();

    private LabNetwork network;

    @BeforeEach
    void start() throws IOException {
        network = LabNetwork.create(2, 1);
        for (LabHost host : network.hosts()) {
            boxes.add(new Box(host));
        }
    }

    @AfterEach
    void end() throws IOException {
        for (Box box : boxes) {
            box.close();
        }
        network.close();
    }

    private final class Box implements Membership, Peers, AutoCloseable {

        private final LabBox lab;
        private final DockerOrchestrator engine;
        private final NodeLayout layout;

        @SuppressWarnings("NullAway.Init") // with the first start
        private TwoNodeService service;

        @SuppressWarnings("NullAway.Init") // with the first start
        private ControlEngine controllers;

        Box(LabHost host) throws IOException {
            Path empty = Files.createDirectories(directory.resolve("recording-" + host.number()));
            lab = new LabBox(host, new RecordedMachine(empty));
            layout = new NodeLayout(lab.machine().root());
            lab.machine().write("var/lib/rwo/engine/daemon.json", "{}\n");
            lab.boot();
            lab.awaitEngine();
            engine = new DockerOrchestrator(lab.engine(), this::run);
        }

        private String run(Duration deadline, String... command) throws dev.rwo.agent.host.HostCommandException {
            List<String> whole = new ArrayList<>(Arrays.asList(command));
            if (command[0].equals("systemctl")) {
                whole.set(0, lab.host().folder().resolve("bin/systemctl").toString());
                return HostCommands.system()
                        .run(
                                deadline,
                                lab.host().inside(whole.toArray(String[]::new)).toArray(String[]::new));
            }
            if (command[0].equals("docker")) {
                whole.addAll(1, List.of("--host", lab.engine().toString()));
            }
            return HostCommands.system().run(deadline, whole.toArray(String[]::new));
        }

        void startAgent(TwoNode mode) {
            service = new TwoNodeService(
                    new TwoNodeService.Parts(
                            layout.root(),
                            layout.state(),
                            layout.variable().resolve("lib/docker/swarm"),
                            lab.host().name(),
                            lab.host().name(),
                            mode,
                            false,
                            engine,
                            this,
                            this,
                            this::run,
                            () -> Optional.of(lab.host().address()),
                            TwoNodeService.uptime(Path.of("/")),
                            topic -> {}),
                    TwoNodeTiming.DEFAULT);
            controllers = new ControlEngine(
                    List.of(service.controller()),
                    new StageBoard(layout, Clock.systemUTC()),
                    Clock.systemUTC(),
                    new SimpleMeterRegistry(),
                    new Random(1));
            controllers.start();
            service.start();
        }

        private Member member() {
            MemberDigest digest = MemberDigest.of(
                    lab.host().name(), lab.host().name(), lab.host().name() + ":8443", "1");
            try {
                EngineState state = engine.engine();
                digest = state.manager()
                        ? digest.withSwarm(SwarmRole.LEADER, state.clusterId(), state.nodeId(), true, 0)
                        : digest.withSwarm(SwarmRole.WORKER, swarmId, state.nodeId(), true, 0);
            } catch (OrchestratorException stopped) {
                // Then it tells nothing of a swarm.
            }
            return new Member(
                    "boot-" + lab.host().name(),
                    lab.host().address().getHostAddress() + ":8444",
                    lab.host().isUp() ? MemberState.ALIVE : MemberState.DEAD,
                    Instant.EPOCH,
                    digest);
        }

        @Override
        public MemberTable members() {
            return new MemberTable(
                    member(),
                    boxes.stream()
                            .filter(box -> box != this)
                            .map(Box::member)
                            .filter(Member::isPresent)
                            .toList());
        }

        @Override
        public void tell(UnaryOperator<MemberDigest> change) {}

        private Box at(String api) throws PeerException {
            return boxes.stream()
                    .filter(box -> api.startsWith(box.lab.host().name() + ":"))
                    .filter(box -> box.lab.host().isUp())
                    .findFirst()
                    .orElseThrow(() -> new PeerException(PeerException.Kind.UNREACHABLE, api + " does not answer"));
        }

        @Override
        public JsonNode get(String api, String path) throws PeerException {
            try {
                TwoNodeAnswers other = at(api).service.answers();
                if (!path.contains("/chunk?")) {
                    return other.replica(lab.host().name());
                }
                String[] parts = path.split("[=&]", -1);
                JsonNode piece = other.replicaChunk(lab.host().name(), parts[1], Long.parseLong(parts[3]));
                return new com.fasterxml.jackson.databind.ObjectMapper().readTree(piece.toString());
            } catch (ReplicaException | IOException refused) {
                throw new PeerException(PeerException.Kind.REFUSED, String.valueOf(refused.getMessage()), refused);
            }
        }

        @Override
        public JsonNode post(String api, String path, JsonNode body) throws PeerException {
            return at(api).service.answers().contact(lab.host().name(), body);
        }

        void stopAgent() {
            if (service != null) {
                service.close();
                controllers.close();
            }
        }

        @Override
        public void close() throws IOException {
            stopAgent();
            engine.close();
        }
    }

    private String swarmId = "";

    private void formSwarm(TwoNode mode) throws Exception {
        Box keeper = boxes.getFirst();
        Box standby = boxes.getLast();
        keeper.engine.createCluster(keeper.lab.host().address(), "10.208.0.0/12");
        swarmId = keeper.engine.cluster().id();
        standby.engine.joinCluster(
                List.of(keeper.lab.host().address().getHostAddress() + ":2377"),
                keeper.engine.workerToken(),
                standby.lab.host().address());
        for (ClusterNode node : keeper.engine.nodes()) {
            keeper.engine.updateNode(
                    node,
                    Map.of("site.box", node.hostname(), "edge.node.id", node.hostname()),
                    dev.rwo.agent.swarm.Availability.ACTIVE);
        }
        boxes.forEach(box -> box.startAgent(mode));
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Waiting.await(
                PATIENCE,
                () -> {
                    try {
                        return condition.call() ? Optional.of(true) : Optional.empty();
                    } catch (Exception notYet) {
                        throw new LabException("not yet: " + notYet.getMessage(), notYet);
                    }
                },
                what);
    }

    /** A takeover that failed is told by the box, not by an exception here. */
    private static void awaitTakeover(Box standby) throws IOException {
        try {
            await(
                    "the takeover",
                    () -> standby.engine.engine().manager()
                            && SwarmLabels.epoch(standby.engine.cluster()) == 1
                            && standby.engine.nodes().size() == 1);
        } catch (LabException late) {
            List<String> log = Files.readAllLines(standby.lab.engineLog());
            throw new AssertionError(
                    late.getMessage() + "; the standby says: " + standby.service.describe() + "; its engine: "
                            + String.join(
                                    System.lineSeparator(), log.subList(Math.max(0, log.size() - 40), log.size())),
                    late);
        }
    }

    @Test
    void theStandbyTakesOverWithServicesConfigsAndLabelsWhenAPersonConfirms() throws Exception {
        formSwarm(TwoNode.STANDBY);
        Box keeper = boxes.getFirst();
        Box standby = boxes.getLast();
        await("a replica", () -> standby.service.describe().has("replicaAgeSeconds"));
        standby.lab.docker("import", DemoImage.write(directory).toString(), "idle:1");
        keeper.lab.docker("import", DemoImage.write(directory).toString(), "idle:1");
        keeper.lab.docker(
                "config",
                "create",
                "menu",
                Files.writeString(directory.resolve("menu"), "soup\n").toString());
        for (int each = 1; each <= 20; each++) {
            keeper.lab.docker(
                    "service",
                    "create",
                    "--detach",
                    "--no-resolve-image",
                    "--name",
                    "s" + each,
                    "--replicas",
                    each == 1 ? "2" : "0",
                    "idle:1",
                    "/bin/sleep",
                    "86400");
        }
        assertThat(standby.service.confirm()).contains("node-1 is there");
        // The next pull comes within five seconds, and fails when the keeper is off.
        Instant made = Instant.now();
        await("a replica of all that", () -> TwoBoxesIT.isReplicaSince(made, standby.service.describe()));
        keeper.stopAgent();
        keeper.lab.kill();

        await("the refusal to end", () -> standby.service.confirm().isEmpty());
        awaitTakeover(standby);

        assertThat(standby.engine.cluster().id()).isEqualTo(swarmId);
        assertThat(standby.engine.services()).extracting(ServiceState::name).hasSize(20);
        ClusterNode own = standby.engine.nodes().getFirst();
        assertThat(own.labels()).containsEntry("site.box", "node-2");
        assertThat(own.address()).isEqualTo(standby.lab.host().address().getHostAddress());
        assertThat(standby.engine.cluster().labels()).containsKey("rwo.kept.node-1");
        assertThat(standby.lab.docker("config", "ls", "--format", "{{.Name}}")).isEqualTo("menu");
        await(
                "the tasks",
                () -> standby.engine.services().stream()
                        .anyMatch(service -> service.name().equals("s1") && service.running() == 2));
        assertThat(new TreeMap<>(standby.engine.cluster().labels())).containsEntry("rwo.epoch", "1");
        assertThat(standby.layout.state().resolve("standby/replica.json")).doesNotExist();
    }
}
