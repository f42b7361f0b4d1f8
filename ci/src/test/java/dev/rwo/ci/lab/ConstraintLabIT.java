package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.Constraint;
import dev.rwo.agent.swarm.DockerOrchestrator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code rwo explain} says of a constraint is what Swarm does with it. */
@RequiresEngine
class ConstraintLabIT {

    private static final int SETS = 400;
    private static final int BATCH = 50;
    private static final int PATIENCE_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> KEYS = List.of(
            "node.labels.edge.cpu.class",
            "node.labels.edge.cpu.ge.3",
            "node.labels.site.floor",
            "node.labels.Site.Floor",
            "NODE.LABELS.site.floor",
            "node.labels.absent",
            "node.labels.empty",
            "node.labels.",
            "node.labels",
            "engine.labels.system_type",
            "Engine.Labels.system_type",
            "engine.labels.absent",
            "node.id",
            "node.hostname",
            "Node.Hostname",
            "node.role",
            "node.platform.os",
            "node.platform.arch",
            "node.ip",
            "node.colour",
            "colour",
            "3node",
            "node labels");

    private static final List<String> VALUES = List.of(
            "celeron",
            "CELERON",
            "cel",
            "true",
            "false",
            "Ground",
            "ground floor",
            "bare-metal",
            "till-1",
            "TILL-1",
            "manager",
            "worker",
            "linux",
            "amd64",
            "x86_64",
            "192.0.2.10",
            "192.0.2.0/24",
            "192.0.2.0/33",
            "10.0.0.0/8",
            "::1",
            "*",
            "",
            "a,b",
            "a==b");

    private static final List<String> SPACES = List.of("", "", "", " ", "  ", "\t");

    private static List<List<String>> sets(Random random) {
        List<List<String>> sets = new ArrayList<>();
        while (sets.size() < SETS) {
            List<String> set = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                String operator = random.nextInt(20) == 0 ? "=" : random.nextBoolean() ? "==" : "!=";
                set.add(pick(random, SPACES)
                        + pick(random, KEYS)
                        + pick(random, SPACES)
                        + operator
                        + pick(random, SPACES)
                        + pick(random, VALUES)
                        + pick(random, SPACES));
            }
            sets.add(set);
        }
        return sets;
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    @Test
    void ourVerdictIsSwarmsVerdict() throws Exception {
        try (LabEngine engine = LabEngine.start("till-1");
                DockerOrchestrator orchestrator = new DockerOrchestrator(engine.host(), LabNode.commands(engine))) {
            Files.writeString(engine.config(), "{\"labels\": [\"system_type=bare-metal\"]}\n");
            engine.restart();
            orchestrator.createCluster(engine.address(), "10.208.0.0/12");
            orchestrator.updateNode(
                    orchestrator.node(orchestrator.engine().nodeId()),
                    Map.of("edge.cpu.class", "celeron", "edge.cpu.ge.3", "true", "site.floor", "Ground", "empty", ""),
                    Availability.ACTIVE);
            ClusterNode node = orchestrator.node(orchestrator.engine().nodeId());

            TreeMap<String, String> differences = new TreeMap<>();
            int placed = 0;
            List<List<String>> sets = sets(new Random(20_261_122));
            for (int from = 0; from < SETS; from += BATCH) {
                Map<String, List<String>> created = new LinkedHashMap<>();
                for (List<String> set : sets.subList(from, from + BATCH)) {
                    String id = create(engine, "s" + (from + created.size()) + "-" + from, set);
                    if (id.isEmpty() != refused(set)) {
                        differences.put(set.toString(), "Swarm " + (id.isEmpty() ? "refuses" : "accepts") + " it");
                    }
                    if (!id.isEmpty()) {
                        created.put(id, set);
                    }
                }
                Map<String, Boolean> verdicts = verdicts(engine, created.keySet());
                for (Map.Entry<String, List<String>> service : created.entrySet()) {
                    if (refused(service.getValue())) {
                        continue;
                    }
                    boolean swarm = Boolean.TRUE.equals(verdicts.get(service.getKey()));
                    placed += swarm ? 1 : 0;
                    boolean ours = service.getValue().stream()
                            .allMatch(text -> Constraint.parse(text).judge(node).matches());
                    if (ours != swarm) {
                        differences.put(
                                service.getValue().toString(), "Swarm " + (swarm ? "places" : "does not place"));
                    }
                }
                for (String id : created.keySet()) {
                    RawEngine.delete(engine, "/services/" + id);
                }
            }
            assertThat(differences).isEmpty();
            // Or the comparison would mean nothing.
            assertThat(placed).isBetween(SETS / 10, SETS * 9 / 10);
        }
    }

    private static boolean refused(List<String> set) {
        try {
            set.forEach(Constraint::parse);
            return false;
        } catch (IllegalArgumentException refusal) {
            return true;
        }
    }

    /** Its ID; empty when Swarm refuses the constraints. The image is nowhere, so that a placed task ends at once. */
    private static String create(LabEngine engine, String name, List<String> constraints) throws IOException {
        ObjectNode service = JSON.createObjectNode().put("Name", name);
        ObjectNode template = service.putObject("TaskTemplate");
        template.putObject("ContainerSpec").put("Image", "nowhere.invalid/none:1");
        template.putObject("RestartPolicy").put("Condition", "none");
        ArrayNode list = template.putObject("Placement").putArray("Constraints");
        constraints.forEach(list::add);
        service.putObject("Mode").putObject("Replicated").put("Replicas", 1);
        JsonNode answer = JSON.readTree(RawEngine.body(RawEngine.post(engine, "/services/create", service.toString())));
        return answer.path("ID").asText("");
    }

    /** By service, whether its task was given a node. Swarm tells no event for a task it cannot place: asked again. */
    private static Map<String, Boolean> verdicts(LabEngine engine, Set<String> services) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        CountDownLatch never = new CountDownLatch(1);
        Map<String, Boolean> verdicts = new TreeMap<>();
        while (verdicts.size() < services.size() && System.nanoTime() < deadline) {
            never.await(100, TimeUnit.MILLISECONDS);
            for (JsonNode task : JSON.readTree(RawEngine.get(engine, "/tasks"))) {
                String service = task.path("ServiceID").asText();
                if (!services.contains(service)) {
                    // Of the batch before: removed, and not yet forgotten.
                    continue;
                }
                if (!task.path("NodeID").asText("").isEmpty()) {
                    verdicts.put(service, true);
                } else if (task.at("/Status/Err").asText("").contains("no suitable node")) {
                    verdicts.put(service, false);
                }
            }
        }
        assertThat(verdicts.keySet())
                .as("services that Swarm has decided about")
                .containsAll(services);
        return verdicts;
    }
}
