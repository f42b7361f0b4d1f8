package dev.rwo.image.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.image.vm.SerialLog;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeTablesTest {
    @Test
    void statusShowsEachStageWithReasonAndHint() throws Exception {
        assertThat(NodeTables.status(json("""
                {"overall":"failed","node":{"name":"till-1","site":"shop","version":"0.1.0","agent":"jvm"},
                 "stages":[{"stage":"data","title":"data disk","state":"done","reason":"","hint":""},
                           {"stage":"seed","title":"seed import","state":"failed","reason":"rwo.yaml:3: x","hint":"mend"}]}
                """)))
                .containsExactly(
                        "till-1   site shop   RWO 0.1.0 (jvm)",
                        "",
                        "STAGE              STATE     WHAT",
                        "data disk          done",
                        "seed import        failed    rwo.yaml:3: x",
                        "                             -> mend");
    }

    @Test
    void servicesShowWhatRunsAndWhyTheRestDoesNot() throws Exception {
        assertThat(NodeTables.services(json("""
                [{"name":"demo_page","desired":1,"running":1,"pending":[]},
                 {"name":"demo_gpu","desired":1,"running":0,"pending":["no suitable node"]}]
                """)))
                .containsExactly(
                        "SERVICE                      TASKS   WHAT SWARM SAYS",
                        "demo_page                    1/1",
                        "demo_gpu                     0/1     no suitable node");
    }

    @Test
    void stagesAreReadFromTheSerialPortWhateverComesBeforeThem() {
        assertThat(StageProgress.describe(new SerialLog.Line(
                        Duration.ofMillis(61_500), "[   60.1] rwo[312]: rwo: stage swarm waiting engine is starting")))
                .contains("    62 s  swarm      waiting   engine is starting");
        assertThat(StageProgress.parse("rwo: stage active done")).contains(new StageProgress("active", "done", ""));
        assertThat(StageProgress.parse("Started rwo-agent.service")).isEmpty();
        assertThat("rwo: stage active degraded clock is wrong").containsPattern(StageProgress.usable("active"));
        assertThat("rwo: stage active running").doesNotContainPattern(StageProgress.usable("active"));
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }
}
