package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.DockerOrchestrator;
import dev.rwo.agent.swarm.Explainer;
import dev.rwo.agent.swarm.Explanation;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OverlayPool;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.workload.WorkloadController;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.StageStatus;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.UnknownLabels;
import dev.rwo.image.demo.DemoStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of the agent on a real engine; each test has an engine of its own, as new as on first boot. */
@RequiresEngine
class EngineLabIT {

    private static final NodeFacts FACTS = facts("rev1", Map.of());

    @TempDir
    Path root;

    private LabEngine engine;

    private static NodeFacts facts(String revision, Map<String, String> more) {
        TreeMap<String, String> labels = new TreeMap<>(Map.of(
                "edge.cpu.class",
                "celeron",
                "edge.cpu.cores.ge.2",
                "true",
                "feature.cpu-cpuid.AVX2",
                "true",
                "edge.profile.rev",
                revision));
        labels.putAll(more);
        return new NodeFacts(
                revision,
                labels,
                UnknownLabels.NONE,
                Set.of(),
                new TreeMap<>(Map.of("system_type", "bare-metal", "manufacturer", "Acme")),
                List.of(),
                new TreeMap<>(),
                HardwareProfile.fromJson(JsonNodeFactory.instance.objectNode()));
    }

    @BeforeEach
    void startEngine() {
        engine = LabEngine.start("till-1");
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    private DockerOrchestrator orchestrator() {
        return new DockerOrchestrator(engine.host(), LabNode.commands(engine));
    }

    private JsonNode inspect(String... arguments) throws Exception {
        return new ObjectMapper().readTree(LabNode.docker(engine, arguments));
    }

    private static Path stack(LabNode node, String name, String compose) throws Exception {
        Path file = Files.createDirectories(node.stacks().resolve(name)).resolve("docker-compose.yml");
        return Files.writeString(file, compose);
    }

    private static ServiceState service(LabNode node, String name) throws Exception {
        return node.orchestrator().services().stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean done(StageStatus status) {
        return status.state() == StageState.DONE;
    }

    @Test
    void aClusterIsCreatedDrainedWithOurPoolAndOnlyOnce() throws Exception {
        try (DockerOrchestrator orchestrator = orchestrator()) {
            String pool = OverlayPool.choose(LabNode.lan(engine).all());
            assertThat(orchestrator.createCluster(engine.address(), pool)).isTrue();
            assertThat(orchestrator.createCluster(engine.address(), pool)).isFalse();

            JsonNode swarm = inspect("info", "--format", "{{json .Swarm}}");
            assertThat(swarm.at("/Cluster/DefaultAddrPool/0").asText()).isEqualTo(pool);
            assertThat(swarm.at("/NodeAddr").asText()).isEqualTo("192.0.2.10");
            ClusterNode node = orchestrator.node(orchestrator.engine().nodeId());
            assertThat(node.availability()).isEqualTo(Availability.DRAIN);
            assertThat(node.hostname()).isEqualTo("till-1");

            engine.restart();
            try (DockerOrchestrator afterwards = orchestrator()) {
                assertThat(afterwards.createCluster(engine.address(), pool)).isFalse();
                assertThat(afterwards.cluster().id())
                        .isEqualTo(swarm.at("/Cluster/ID").asText());
            }
        }
    }

    @Test
    void labelsAreWrittenWithoutTouchingWhatOthersWroteOnTheNode() throws Exception {
        try (LabNode node = LabNode.start(engine, root, FACTS)) {
            node.await(Stage.ACTIVE, EngineLabIT::done);
            // A label of the operator's, and a field of the node that the agent's records do not know.
            LabNode.docker(engine, "node", "update", "--label-add", "site.floor=ground", "till-1");
            nameTheNode("counter left of the door");
        }
        try (LabNode node =
                LabNode.start(engine, root, facts("rev2", Map.of("edge.cpu.class", "xeon", "edge.mem.gib", "8")))) {
            node.await(Stage.LABELS, status -> done(status) && status.reason().contains("rev2"));
            JsonNode spec = inspect("node", "inspect", "--format", "{{json .Spec}}", "till-1");
            assertThat(spec.at("/Name").asText()).isEqualTo("counter left of the door");
            assertThat(spec.at("/Labels/site.floor").asText()).isEqualTo("ground");
            assertThat(spec.at("/Labels/edge.cpu.class").asText()).isEqualTo("xeon");
            assertThat(spec.at("/Labels/edge.mem.gib").asText()).isEqualTo("8");
            assertThat(spec.at("/Availability").asText()).isEqualTo("active");
        }
    }

    private void nameTheNode(String name) throws Exception {
        JsonNode node = inspect("node", "inspect", "--format", "{{json .}}", "till-1");
        ObjectNode spec = (ObjectNode) node.path("Spec");
        spec.put("Name", name);
        RawEngine.post(
                engine,
                "/nodes/" + node.path("ID").asText() + "/update?version="
                        + node.at("/Version/Index").asLong(),
                spec.toString());
    }

    @Test
    void aDecisionOnAStaleVersionIsRefused() throws Exception {
        try (DockerOrchestrator orchestrator = orchestrator()) {
            orchestrator.createCluster(engine.address(), "10.208.0.0/12");
            ClusterNode seen = orchestrator.node(orchestrator.engine().nodeId());
            LabNode.docker(engine, "node", "update", "--label-add", "site.floor=ground", "till-1");

            assertThatThrownBy(() -> orchestrator.updateNode(seen, Map.of("edge.cpu.class", "xeon"), null))
                    .isInstanceOf(OrchestratorException.class)
                    .hasMessageContaining("update out of sequence");
            assertThat(orchestrator.node(seen.id()).labels()).isEqualTo(Map.of("site.floor", "ground"));
        }
    }

    @Test
    void aNodeIsActivatedOnceAndAnOperatorsDrainIsKept() throws Exception {
        try (LabNode node = LabNode.start(engine, root, FACTS)) {
            node.await(Stage.ACTIVE, EngineLabIT::done);
            assertThat(LabNode.docker(engine, "node", "ls", "--format", "{{.Availability}}"))
                    .isEqualTo("Active");

            LabNode.docker(engine, "node", "update", "--availability", "drain", "till-1");
            StageStatus drained = node.await(Stage.ACTIVE, status -> status.state() == StageState.DEGRADED);
            assertThat(drained.reason()).contains("an operator set this node to drain");
            assertThat(drained.hint()).contains("docker node update --availability active till-1");
        }
        try (LabNode restarted = LabNode.start(engine, root, FACTS)) {
            restarted.await(Stage.ACTIVE, status -> status.state() == StageState.DEGRADED);
            assertThat(LabNode.docker(engine, "node", "ls", "--format", "{{.Availability}}"))
                    .isEqualTo("Drain");
        }
    }

    @Test
    void theEngineTakesItsLabelsOverWithoutARestart() throws Exception {
        Files.writeString(engine.config(), "{\"labels\": [\"rack=7\", \"manufacturer=Other\"], \"debug\": false}\n");
        engine.restart();
        try (LabNode node = LabNode.start(engine, root, FACTS)) {
            node.await(Stage.ENGINE, EngineLabIT::done);
            assertThat(node.orchestrator().engine().labels())
                    .isEqualTo(Map.of("rack", "7", "system_type", "bare-metal", "manufacturer", "Acme"));
            node.await(Stage.ACTIVE, EngineLabIT::done);
            assertThat(LabNode.docker(
                            engine, "node", "inspect", "--format", "{{json .Description.Engine.Labels}}", "till-1"))
                    .contains("\"system_type\":\"bare-metal\"");
        }
        // The one restart is the test's own.
        assertThat(Files.readString(engine.log())).containsOnlyOnce("Processing signal 'terminated'");
    }

    @Test
    void aStackRunsWhereItFitsAndOtherwiseSaysWhyNot() throws Exception {
        try (LabNode node = LabNode.start(engine, root, FACTS)) {
            DemoStack.writeTo(Files.createDirectories(node.stacks()));
            node.lookAgain();
            StageStatus deployed = node.await(
                    Stage.WORKLOADS, status -> done(status) && status.reason().contains(DemoStack.RUNNING + " 1/1"));
            assertThat(deployed.reason()).contains(DemoStack.PENDING + " 0/1 (no suitable node)");
            assertThat(deployed.hint()).contains("rwo explain " + DemoStack.PENDING);

            Explanation why = new Explainer(node.orchestrator(), () -> Optional.of(FACTS)).explain(DemoStack.PENDING);
            assertThat(why.summary()).contains("0 of 1 tasks run").contains("0 of 1 node qualifies");
            assertThat(why.nodes()).singleElement().satisfies(verdict -> {
                assertThat(verdict.eligible()).isFalse();
                assertThat(verdict.lines())
                        .containsExactly("no: node.labels.edge.gpu.nvidia==true: the node has no label edge.gpu.nvidia;"
                                + " unknown: not in the stored profile");
            });
            assertThat(new Explainer(node.orchestrator(), () -> Optional.of(FACTS))
                            .explain(DemoStack.RUNNING)
                            .nodes())
                    .allMatch(Explanation.OnNode::eligible);
        }
    }

    /**
     * A compose file with a mistake.
     *
     * @param name the stack's
     * @param compose its text, with {@code ~} for a new line
     * @param line where the operator has to look
     * @param says what the message has to name
     */
    private record Mistake(String name, String compose, int line, String says) {}

    private static final List<Mistake> MISTAKES = List.of(
            new Mistake("a-yaml", "services:~  web:~    image: a:1~   ports: []~", 4, "expected"),
            new Mistake("b-key", "version: '3.8'~services:~  web:~    image: a:1~    imagee: b~", 5, "imagee"),
            new Mistake("c-top", "version: '3.8'~x: 1~services:~  web:~    image: a:1~", 2, "property x"),
            new Mistake("d-image", "version: '3.8'~services:~  web:~    command: ['true']~", 3, "image"),
            new Mistake("e-name", "version: '3.8'~services:~  web:~    image: Not Valid~", 3, "Not Valid"),
            new Mistake("f-net", "version: '3.8'~services:~  web:~    image: a:1~    networks: [nope]~", 3, "nope"),
            new Mistake("g-list", "version: '3.8'~services:~  web:~    image: a:1~    ports: yes~", 5, "be a list"),
            new Mistake(
                    "h-deep",
                    "version: '3.8'~services:~  web:~    image: a:1~    volumes:~      - {type: bind, sauce: /x}~",
                    6,
                    "sauce"),
            new Mistake(
                    "i-constraint",
                    "version: '3.8'~services:~  web:~    image: a:1~    deploy: {placement: {constraints: ['a=1']}}~",
                    3,
                    "expected one operator"),
            new Mistake("j-version", "version: '9.8'~services:~  web:~    image: a:1~", 1, "version"),
            new Mistake("k-none", "version: '3.8'~services:~", 2, "must be a mapping"),
            new Mistake("l-empty", "", 1, "is no compose file"));

    @Test
    void brokenComposeFilesAreToldInOneLineEachAndBlockNoOtherStack() throws Exception {
        Path stacks = Files.createDirectories(root.resolve("stacks"));
        for (Mistake mistake : MISTAKES) {
            Path folder = Files.createDirectories(stacks.resolve(mistake.name()));
            Files.writeString(
                    folder.resolve("docker-compose.yml"), mistake.compose().replace("~", "\n"));
        }
        Files.move(demo(), Files.createDirectories(stacks).resolve("zz-demo"));
        try (DockerOrchestrator orchestrator = orchestrator()) {
            orchestrator.createCluster(engine.address(), "10.208.0.0/12");
            orchestrator.updateNode(
                    orchestrator.node(orchestrator.engine().nodeId()),
                    Map.of(OwnedLabels.JOINED, "20261122T190000Z", "edge.cpu.cores.ge.2", "true"),
                    Availability.ACTIVE);
            Clock clock = Clock.fixed(Instant.parse("2026-11-22T19:00:00Z"), ZoneOffset.UTC);
            WorkloadController controller = new WorkloadController(orchestrator, List.of(stacks), clock, topic -> {});
            // As the loop runs it: a step that fails ends the round.
            Plan<WorkloadController.Deploy> plan = controller.plan(controller.observe(), clock.instant());
            for (int round = 0; !plan.steps().isEmpty() && round <= MISTAKES.size(); round++) {
                for (WorkloadController.Deploy step : plan.steps()) {
                    if (controller.act(step) instanceof Outcome.Failed) {
                        break;
                    }
                }
                plan = controller.plan(controller.observe(), clock.instant());
            }

            assertThat(plan.steps()).isEmpty();
            assertThat(plan.verdict().state()).isEqualTo(StageState.DEGRADED);
            assertThat(plan.verdict().hint()).contains("on the seed", "restart the box");
            Map<String, WorkloadController.Failure> failures =
                    controller.observe().failures();
            assertThat(failures).hasSize(MISTAKES.size());
            for (Mistake mistake : MISTAKES) {
                Path file = stacks.resolve(mistake.name()).resolve("docker-compose.yml");
                assertThat(Objects.requireNonNull(failures.get(mistake.name())).message())
                        .as(mistake.name())
                        .startsWith(file + ":" + mistake.line() + ":")
                        .contains(mistake.says())
                        .doesNotContain("\n")
                        .doesNotContain("rpc error");
            }
            assertThat(orchestrator.services())
                    .extracting(ServiceState::name)
                    .contains("zz-demo_page", "zz-demo_needs-nvidia-gpu");
        }
    }

    private Path demo() throws Exception {
        DemoStack.writeTo(Files.createDirectories(root.resolve("whole")));
        return root.resolve("whole/demo");
    }

    @Test
    void anImageArchiveThatIsCutShortLoadsNothingUntilItIsReplacedByTheWholeOne() throws Exception {
        try (LabNode node = LabNode.start(engine, root, FACTS)) {
            node.await(Stage.ACTIVE, EngineLabIT::done);
            Path whole = demo();
            byte[] bytes = Files.readAllBytes(whole.resolve("page.tar"));
            Path archive =
                    Files.createDirectories(node.stacks().resolve("demo")).resolve("page.tar");
            Files.write(archive, Arrays.copyOf(bytes, bytes.length / 2));
            Files.copy(whole.resolve("docker-compose.yml"), archive.resolveSibling("docker-compose.yml"));
            node.lookAgain();
            StageStatus told = node.await(
                    Stage.WORKLOADS,
                    status -> status.state() == StageState.DEGRADED || status.state() == StageState.FAILED);
            assertThat(told.reason())
                    .startsWith(archive + ": ")
                    .contains("docker save")
                    .doesNotContain("\n");
            assertThat(LabNode.docker(engine, "images", "--quiet")).isEmpty();
            assertThat(LabNode.docker(engine, "service", "ls", "--quiet")).isEmpty();

            Files.write(archive, bytes);
            node.lookAgain();
            node.await(
                    Stage.WORKLOADS, status -> done(status) && status.reason().contains(DemoStack.RUNNING + " 1/1"));
        }
    }

    @Test
    void aRemovedStackStaysRemovedAndARestartedAgentChangesNothing() throws Exception {
        try (LabNode node = LabNode.start(engine, root, FACTS)) {
            DemoStack.writeTo(Files.createDirectories(node.stacks()));
            stack(
                    node,
                    "kept",
                    "version: '3.8'\nservices:\n  idle:\n    image: " + DemoStack.IMAGE
                            + "\n    command: ['sleep', '86400']\n");
            node.lookAgain();
            node.await(
                    Stage.WORKLOADS, status -> done(status) && status.reason().contains("kept_idle 1/1"));
            LabNode.docker(engine, "stack", "rm", "demo");
            node.await(
                    Stage.WORKLOADS, status -> done(status) && !status.reason().contains("demo_"));
        }
        String service = inspect("service", "inspect", "--format", "{{json .}}", "kept_idle")
                .toString();
        String self = inspect("node", "inspect", "--format", "{{json .Spec}}", "till-1")
                .toString();
        String daemon = Files.readString(engine.config());
        try (LabNode restarted = LabNode.start(engine, root, FACTS)) {
            restarted.await(
                    Stage.WORKLOADS, status -> done(status) && status.reason().contains("kept_idle 1/1"));
            restarted.lookAgain();
            restarted.await(Stage.LABELS, EngineLabIT::done);
            assertThat(restarted.orchestrator().services())
                    .extracting(ServiceState::name)
                    .containsExactly("kept_idle");
            assertThat(service(restarted, "kept_idle").running()).isEqualTo(1);
        }
        assertThat(inspect("service", "inspect", "--format", "{{json .}}", "kept_idle")
                        .toString())
                .isEqualTo(service);
        assertThat(inspect("node", "inspect", "--format", "{{json .Spec}}", "till-1")
                        .toString())
                .isEqualTo(self);
        assertThat(Files.readString(engine.config())).isEqualTo(daemon);
    }
}
