package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** The plug is pulled during the first boot, three times, each time at another stage. */
@EnabledIfSystemProperty(
        named = "soak",
        matches = "true",
        disabledReason = "four boots of an emulated machine take ten minutes: ./rwo soak")
@Isolated("an emulated machine takes all processors that there are")
class PowerCutIT {

    @Test
    void aBoxThatIsCutOffThreeTimesDuringItsFirstBootGoesOnWhereItWas() throws Exception {
        TestImages images = TestImages.require();
        try (BootedNode node = BootedNode.boot(images, images.good(), "power-cut")) {
            node.awaitStage("identity", "done");
            node.cutPowerAndStart();
            node.awaitStage("swarm", "running");
            node.cutPowerAndStart();
            node.awaitStage("(labels|active)", "running");
            node.cutPowerAndStart();
            node.awaitStage("workloads", "done");

            JsonNode status = node.api("/api/v1/status");
            assertThat(status.path("overall").asText())
                    .as(status.toPrettyString())
                    .isEqualTo("done");
            assertThat(status.path("node").path("name").asText()).isEqualTo("till-1");
            assertThat(node.ok("docker node ls --format '{{.Hostname}} {{.Status}} {{.Availability}}'"))
                    .as("one node, once")
                    .isEqualTo("till-1 Ready Active");
            assertThat(node.ok("find /var/lib/rwo -name '.rwo-*.tmp' -o -name '*.damaged-*'"))
                    .as("nothing half written is left")
                    .isEmpty();
            assertThat(node.ok("systemctl --failed --no-legend --plain")).isEmpty();
        }
    }
}
