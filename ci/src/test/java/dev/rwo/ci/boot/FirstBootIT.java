package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.image.build.BundleBuild;
import dev.rwo.image.demo.DemoStack;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A flashed box is switched on for the first time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set up before the first test
@Isolated("an emulated machine takes all processors that there are")
class FirstBootIT {

    private TestImages images;
    private BootedNode node;

    @BeforeAll
    void switchOn() throws Exception {
        images = TestImages.require();
        node = BootedNode.boot(images, images.good(), "first-boot");
        node.awaitStage("workloads", "done");
    }

    @AfterAll
    void switchOff() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    @Order(1)
    void everyStageIsDone() throws Exception {
        JsonNode status = node.api("/api/v1/status");
        assertThat(status.path("overall").asText()).as(status.toPrettyString()).isEqualTo("done");
        assertThat(status.path("node").path("name").asText()).isEqualTo("till-1");
        assertThat(status.path("node").path("site").asText()).isEqualTo("test");
        assertThat(node.api("/q/health").path("status").asText()).isEqualTo("UP");
        assertThat(node.ok("rwo status")).contains("till-1", "site test", "takes workloads");
    }

    @Test
    @Order(2)
    void theRootIsReadOnlyAndVerified() throws Exception {
        assertThat(node.ok("findmnt -no FSTYPE,OPTIONS /")).startsWith("erofs").contains("ro");
        assertThat(node.ok("cat /sys/block/dm-0/dm/uuid")).startsWith("CRYPT-VERITY-");
        assertThat(node.run("touch /usr/proof").status()).isNotZero();
        assertThat(node.ok("findmnt -no FSTYPE /etc")).isEqualTo("overlay");
    }

    @Test
    @Order(3)
    void theDataPartitionHasGrownToTheDisk() throws Exception {
        long gib = 1L << 30;
        assertThat(Long.parseLong(node.ok("findmnt -bno SIZE /var"))).isGreaterThan(4 * gib);
        assertThat(node.ok("findmnt -no FSTYPE /var")).isEqualTo("ext4");
    }

    @Test
    @Order(4)
    void theSwarmHasTheLabelsOfTheProfile() throws Exception {
        JsonNode labels = node.json("rwo labels --json");
        JsonNode inSwarm = node.json("docker node inspect self --format '{{json .Spec.Labels}}'");
        Map<String, String> wanted = entries(labels.path("hardware"));
        assertThat(wanted)
                .containsKeys("edge.cpu.class", "edge.cpu.rank", "edge.cpu.ge.1", "edge.cpu.cores", "edge.mem.gib")
                .containsEntry("edge.profile.rev", labels.path("revision").asText());
        assertThat(entries(inSwarm)).containsAllEntriesOf(wanted);
        assertThat(node.ok("docker info --format '{{json .Labels}}'")).contains("system_type=hypervisor");
        JsonNode profile = node.json("rwo profile --json");
        assertThat(wanted.get("edge.cpu.cores"))
                .isEqualTo(profile.path("cpu").path("cores").asText());
        assertThat(node.ok("docker node inspect self --format '{{.Spec.Availability}}'"))
                .isEqualTo("active");
    }

    @Test
    @Order(5)
    void theMatchingWorkloadRunsAndTheOtherSaysWhyItDoesNot() throws Exception {
        assertThat(node.ok("curl -fsS http://127.0.0.1:" + DemoStack.PAGE_PORT)).contains("<");
        assertThat(node.ok("rwo services"))
                .containsPattern(DemoStack.RUNNING + "\\s+1/1")
                .containsPattern(DemoStack.PENDING + "\\s+0/1");
        BootedNode.Answer why = node.run("rwo explain " + DemoStack.PENDING);
        assertThat(why.status()).isEqualTo(1);
        assertThat(why.output())
                .contains("no: node.labels.edge.gpu.nvidia==true: the node has no label edge.gpu.nvidia");
        assertThat(node.run("rwo explain " + DemoStack.RUNNING).status()).isZero();
    }

    @Test
    @Order(6)
    void theDisplayShowsNameAddressAndStages() throws Exception {
        assertThat(node.ok("cat /dev/vcs1"))
                .contains("till-1", "site test", "https://10.0.2.15:8443", "[ ok ]  workloads");
        node.keepScreenshot("first-boot");
    }

    @Test
    @Order(7)
    void nothingFailedAndNoPasswordOpensTheBox() throws Exception {
        assertThat(node.ok("systemctl --failed --no-legend --plain")).isEmpty();
        assertThat(node.ok("grep '^root:' /etc/shadow")).matches("root:[!*].*");
        assertThat(node.ok("find /var/lib/rwo/pki -name '*.key' -perm /077")).isEmpty();
    }

    @Test
    @Order(8)
    void anotherSitesOperatorIsToldNothing(@TempDir Path directory) throws Exception {
        Site stranger = Site.create(directory.resolve("stranger"), new SiteName("stranger"), Clock.systemUTC());
        assertThat(node.ok("curl -sk -o /dev/null -w '%{http_code}' https://127.0.0.1:8443/api/v1/profile"))
                .isEqualTo("401");
        // Its operator trusts its own root only, so it does not even accept the node.
        assertThatThrownBy(() -> node.get(stranger, "/api/v1/status")).isInstanceOf(IOException.class);
    }

    @Test
    @Order(9)
    void theOtherSlotIsThereForAnUpdateAndThisOneIsWhatBoots() throws Exception {
        JsonNode slots = node.json("rauc status --output-format=json");
        assertThat(slots.path("compatible").asText()).isEqualTo(BundleBuild.KIND);
        assertThat(slots.path("booted").asText()).isEqualTo("a");
        assertThat(slots.path("boot_primary").asText()).isEqualTo("rootfs.0");
        String disk = node.ok("readlink -f /run/rwo/slots/a-root").replaceFirst("4$", "");
        assertThat(node.ok("cd /run/rwo/slots && readlink a-verity a-root b-root b-verity")
                        .split("\\s+"))
                .containsExactly(disk + "3", disk + "4", disk + "5", disk + "6");
        node.ok("echo no bundle > /run/no.raucb");
        BootedNode.Answer refused = node.run("rauc install /run/no.raucb 2>&1");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.output()).contains("LastError");
    }

    @Test
    @Order(10)
    void aFullDataDiskIsNamedAndLosesNothing() throws Exception {
        node.ok("fallocate -l $(( $(df --output=avail -B1 /var | tail -n 1) - 20 * 1024 * 1024 )) /var/fill");
        node.awaitStage("data", "failed the data disk is full");
        assertThat(node.api("/api/v1/status").path("node").path("name").asText())
                .isEqualTo("till-1");
        node.ok("rm /var/fill");
    }

    private static Map<String, String> entries(JsonNode object) {
        Map<String, String> entries = new TreeMap<>();
        object.properties()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue().asText()));
        return entries;
    }
}
