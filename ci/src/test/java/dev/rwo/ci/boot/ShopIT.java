package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.image.vm.Lan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** A shop with three boxes on one network: the same image flashed three times, all plugged in at once. */
@EnabledIfSystemProperty(
        named = "soak",
        matches = "true",
        disabledReason = "three emulated machines take a quarter of an hour: ./rwo soak")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Isolated("an emulated machine takes all processors that there are")
class ShopIT {

    private static final List<BootedNode> BOXES = new ArrayList<>();
    private static Lan lan;

    @BeforeAll
    static void plugIn() throws Exception {
        TestImages images = TestImages.require();
        lan = Lan.start(Path.of("target/vm/shop-lan").toAbsolutePath());
        for (int number = 1; number <= 3; number++) {
            BOXES.add(BootedNode.bootOn(lan, number, images, images.shop(), "shop"));
        }
        for (BootedNode box : BOXES) {
            box.forwardFrom(lan);
        }
    }

    @AfterAll
    static void pullOut() {
        BOXES.forEach(BootedNode::close);
        if (lan != null) {
            lan.close();
        }
    }

    private static final String NODES = "/api/v1/nodes";

    private static void awaitWorking(int number) {
        BOXES.getFirst()
                .awaitApi(NODES, report -> count(report, "state", "ready") == number, number + " boxes that work");
    }

    private static void awaitThreeManagers() {
        BOXES.getFirst().awaitApi(NODES, report -> count(report, "reachable", "true") == 3, "three managers");
    }

    private static long count(JsonNode report, String field, String value) {
        return report.path("nodes")
                .valueStream()
                .filter(node -> node.path(field).asText().equals(value))
                .count();
    }

    @Test
    @Order(1)
    void threeBoxesPluggedInAtOnceAreOneSwarm() throws Exception {
        TreeSet<String> swarms = new TreeSet<>();
        for (BootedNode box : BOXES) {
            box.awaitStage("active", "done");
            swarms.add(box.api("/api/v1/nodes").path("swarm").path("id").asText());
        }
        assertThat(swarms).as("swarms of the three").hasSize(1).doesNotContain("");
        awaitWorking(3);
    }

    @Test
    @Order(2)
    void threeOfThemAreManagers() {
        awaitThreeManagers();
    }

    @Test
    @Order(3)
    void everyBoxHasTheLabelsOfItsOwnHardware() throws Exception {
        for (BootedNode box : BOXES) {
            JsonNode labels = box.api("/api/v1/labels");
            assertThat(labels.path("swarm").path("edge.cpu.class").asText())
                    .as(labels.toPrettyString())
                    .isEqualTo(labels.path("hardware").path("edge.cpu.class").asText("?"));
        }
    }

    @Test
    @Order(4)
    void withoutItsLeaderTheShopGoesOnAndTakesItBack() throws Exception {
        assertReplacedAndTakenBack(BootedNode::cutPower, BootedNode::start);
    }

    @Test
    @Order(5)
    void aLeaderThatStandsStillIsReplacedAndGoesOnAsAnyOther() throws Exception {
        assertReplacedAndTakenBack(BootedNode::pause, BootedNode::resume);
    }

    @Test
    @Order(6)
    void aLeaderWhoseCableIsOutIsReplacedAndComesBackWithTheCable() throws Exception {
        assertReplacedAndTakenBack(leader -> leader.lanCable(false), leader -> leader.lanCable(true));
    }

    private static void assertReplacedAndTakenBack(Consumer<BootedNode> fault, Consumer<BootedNode> end)
            throws Exception {
        JsonNode before = nodes(BOXES.getFirst());
        BootedNode leader = leader(before);
        fault.accept(leader);
        awaitAnotherLeader(othersThan(leader).getFirst(), before);
        end.accept(leader);
        assertWholeAsBefore(before);
    }

    @Test
    @Order(7)
    void whenTwoOfThemBurnTheThirdBringsTheSwarmBackAndNewOnesTakeTheirPlaces() throws Exception {
        JsonNode before = nodes(BOXES.getFirst());
        BootedNode survivor = BOXES.getFirst();
        String own = survivor.ok("docker info --format '{{.Swarm.NodeID}}'");
        survivor.ok("docker node update --label-add site.shelf=3 " + own);
        BOXES.get(1).cutPower();
        BOXES.get(2).cutPower();
        survivor.awaitApi(
                "/api/v1/recover",
                judgement -> judgement.path("lost").size() == 2,
                "a survivor that knows what it lost");
        String site = survivor.api("/api/v1/status").path("node").path("site").asText();
        BootedNode.Answer unsure = survivor.run("rwo recover --yes --confirm " + site);
        assertThat(unsure.status()).as(unsure.output()).isNotZero();
        assertThat(unsure.output())
                .as("it sees nobody, so it may be the one that is cut off")
                .contains("--although-alone");
        BootedNode.Answer wrong = survivor.run("rwo recover --yes --although-alone --confirm wrong-site");
        assertThat(wrong.status()).as(wrong.output()).isNotZero();
        survivor.ok("rwo recover --yes --although-alone --confirm " + site);
        survivor.awaitApi(NODES, report -> count(report, "leader", "true") == 1, "a leader");
        assertThat(nodes(survivor).path("swarm").path("id"))
                .isEqualTo(before.path("swarm").path("id"));
        assertThat(survivor.ok("docker node inspect --format '{{index .Spec.Labels \"site.shelf\"}}' " + own))
                .isEqualTo("3");
        // Found again after all: they give up the swarm that they remember, and join.
        BOXES.get(1).start();
        BOXES.get(2).start();
        awaitWorking(3);
    }

    private static JsonNode nodes(BootedNode box) throws Exception {
        return box.api(NODES);
    }

    private static List<BootedNode> othersThan(BootedNode box) {
        List<BootedNode> others = new ArrayList<>(BOXES);
        others.remove(box);
        return others;
    }

    private static BootedNode leader(JsonNode report) throws Exception {
        String id = leaderId(report);
        for (BootedNode box : BOXES) {
            if (box.api("/api/v1/status").path("node").path("id").asText().equals(id)) {
                return box;
            }
        }
        throw new AssertionError("no box is the leader: " + report.toPrettyString());
    }

    private static String leaderId(JsonNode report) {
        for (JsonNode node : report.path("nodes")) {
            if (node.path("leader").asBoolean()) {
                return node.path("id").asText();
            }
        }
        return "";
    }

    private static void awaitAnotherLeader(BootedNode witness, JsonNode before) throws Exception {
        String former = swarmNode(before, leaderId(before));
        witness.awaitApi(
                NODES,
                report -> count(report, "leader", "true") == 1
                        && !swarmNode(report, leaderId(report)).equals(former)
                        && count(report, "state", "ready") == 2,
                "another leader, and two boxes that work");
    }

    private static String swarmNode(JsonNode report, String id) {
        for (JsonNode node : report.path("nodes")) {
            if (node.path("id").asText().equals(id)) {
                return node.path("swarmNode").asText();
            }
        }
        throw new AssertionError(id + " is not in " + report.toPrettyString());
    }

    private static void assertWholeAsBefore(JsonNode before) throws Exception {
        awaitWorking(3);
        awaitThreeManagers();
        JsonNode after = nodes(BOXES.getFirst());
        assertThat(after.path("swarm").path("id"))
                .isEqualTo(before.path("swarm").path("id"));
        assertThat(entries(after)).isEqualTo(entries(before));
    }

    private static Set<String> entries(JsonNode report) {
        Set<String> entries = new TreeSet<>();
        report.path("nodes")
                .forEach(node -> entries.add(
                        node.path("id").asText() + " " + node.path("swarmNode").asText()));
        return entries;
    }
}
