package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.image.demo.DemoStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Boxes that were set up wrongly: they are reachable all the same, do what they can, and say what is wrong. */
@Isolated("an emulated machine takes all processors that there are")
class MistakesIT {

    private static JsonNode stage(JsonNode status, String id) {
        for (JsonNode stage : status.path("stages")) {
            if (stage.path("id").asText().equals(id)) {
                return stage;
            }
        }
        throw new AssertionError("no stage " + id + " in " + status.toPrettyString());
    }

    @Test
    void aBrokenSeedLeavesTheBoxReachableWithTheErrorsShown() throws Exception {
        TestImages images = TestImages.require();
        try (BootedNode node = BootedNode.boot(images, images.broken(), "broken-seed")) {
            node.awaitStage("workloads", "degraded .*cut/page.tar.*typo/docker-compose.yml");

            JsonNode status = node.api("/api/v1/status");
            assertThat(status.path("overall").asText()).isEqualTo("degraded");
            // An impossible static address: the box is on DHCP, so it still answers; the line is named.
            JsonNode seed = stage(status, "seed");
            assertThat(seed.path("state").asText()).isEqualTo("degraded");
            assertThat(seed.path("reason").asText())
                    .contains("rwo.yaml:3:1: nodee")
                    .contains("network.address");
            assertThat(node.ok("journalctl -b -u rwo-agent -o cat"))
                    .contains("nodee")
                    .contains("192.168.1.300");
            assertThat(stage(status, "network").path("state").asText()).isEqualTo("done");
            assertThat(stage(status, "active").path("state").asText()).isEqualTo("done");
            // Both broken stacks are named, with line or file, and the good one runs.
            String workloads = stage(status, "workloads").path("reason").asText();
            assertThat(workloads).contains("typo/docker-compose.yml:4:").contains("cut/page.tar");
            assertThat(node.ok("rwo services")).containsPattern(DemoStack.RUNNING + "\\s+1/1");
            assertThat(node.ok("cat /dev/vcs1")).contains("[ !! ]  seed import", "rwo.yaml:");
            node.keepScreenshot("broken-seed");
        }
    }

    @Test
    void aDiskWithoutRoomForDataIsNamedAndTheBoxStaysReachable() throws Exception {
        TestImages images = TestImages.require();
        try (BootedNode node = BootedNode.boot(images, images.good(), "no-data-disk", 2)) {
            node.awaitStage("swarm", "waiting waiting for a working data disk");
            node.awaitStage("engine", "done");

            JsonNode data = stage(node.api("/api/v1/status"), "data");
            assertThat(data.path("state").asText()).isEqualTo("failed");
            assertThat(data.path("reason").asText()).contains("at least").contains("GiB");
            assertThat(data.path("hint").asText()).isNotEmpty();
            assertThat(node.ok("cat /dev/vcs1")).contains("[FAIL]  data disk");
        }
    }
}
