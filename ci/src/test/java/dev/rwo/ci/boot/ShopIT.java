package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.image.vm.Lan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
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

    private static void awaitWorking(int number) throws Exception {
        BOXES.getFirst().await("rwo nodes --json | grep -c '\"state\" : \"ready\"' | grep -x " + number);
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
    void threeOfThemAreManagers() throws Exception {
        BOXES.getFirst().await("rwo nodes --json | grep -c '\"reachable\" : true' | grep -x 3");
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
    void theShopGoesOnWithoutAnyOneOfThem() throws Exception {
        BootedNode gone = BOXES.get(2);
        gone.cutPower();
        awaitWorking(2);
        gone.start();
        awaitWorking(3);
    }
}
