package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.image.demo.DemoStack;
import dev.rwo.image.vm.MachineSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** A Debian that is not ours gets the plug-in, by the steps of docs/plug-in.md, and later a newer one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set up before the first test
@EnabledIfSystemProperty(
        named = "soak",
        matches = "true",
        disabledReason = "another system and two starts of it take a quarter of an hour: ./rwo soak")
@Isolated("an emulated machine takes all processors that there are")
class SysextIT {

    private static final String FIRST = "1.0";
    private static final String SECOND = "1.1";
    private static final String VERSIONS = "/var/lib/extensions/rwo.raw.v/";
    private static final String POLICY = "--image-policy=root=signed+absent:usr=signed+absent";
    private static final String REFRESH = "systemd-sysext " + POLICY + " refresh";
    private static final String STATUS = "/api/v1/status";

    private TestImages images;
    private BootedNode node;

    @BeforeAll
    void switchOn() throws Exception {
        images = TestImages.require();
        TestImages.Foreign foreign = images.foreign();
        node = BootedNode.boot(
                images,
                foreign.debian(),
                "sysext",
                spec -> withDisk(
                        withDisk(withDisk(spec, "first", foreign.plugIn(FIRST)), "second", foreign.plugIn(SECOND)),
                        "seed",
                        foreign.seed()));
    }

    /** The guest sees it as /dev/disk/by-id/virtio-NAME. */
    private static MachineSpec withDisk(MachineSpec spec, String name, Path content) {
        return spec.withExtra(
                "-drive",
                "if=none,format=raw,readonly=on,id=" + name + ",file=" + content,
                "-device",
                "virtio-blk-pci,drive=" + name + ",serial=" + name);
    }

    private static String disk(String name) {
        return "/dev/disk/by-id/virtio-" + name;
    }

    @AfterAll
    void switchOff() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    @Order(1)
    void withoutTheSitesCertificateThePlugInIsRefused() throws Exception {
        node.ok("mkdir -p /etc/verity.d " + VERSIONS);
        node.ok("cp " + disk("first") + " " + VERSIONS + "rwo_" + FIRST + ".raw");
        BootedNode.Answer answer = node.run(REFRESH);
        assertThat(answer.status()).as(answer.output()).isNotZero();
        assertThat(node.run("test -e /usr/bin/rwo").status()).isNotZero();
    }

    @Test
    @Order(2)
    void withItTheAgentRunsAndSaysThatItHasNoSeed() throws Exception {
        String certificate = Files.readString(images.site().updateSigningFile());
        node.ok("cat >/etc/verity.d/site.crt <<'END'\n" + certificate + "END");
        node.ok(REFRESH);
        node.await("systemctl is-active rwo-agent");
        assertThat(node.await("rwo status | grep -A 1 ^identity"))
                .contains("no site credential in /var/lib/rwo/seed: this box has no site yet");
    }

    @Test
    @Order(3)
    void withASeedItIsAMemberOfItsOwnSwarmAndTakesWorkloads() throws Exception {
        node.ok("tar -xf " + disk("seed") + " -C /var/lib/rwo/seed && systemctl restart rwo-agent");
        JsonNode status =
                node.awaitApi(STATUS, answer -> answer.path("overall").asText().equals("done"), "every stage done");
        assertThat(status.path("node").path("version").asText()).isEqualTo(FIRST);
        assertThat(status.path("node").path("site").asText()).isEqualTo("test");
        assertThat(node.api("/api/v1/nodes").path("nodes")).hasSize(1);
        assertThat(node.ok("docker info --format '{{.Swarm.ControlAvailable}} {{.Swarm.Nodes}} {{.Labels}}'"))
                .startsWith("true 1 ")
                .contains("system_type=");
    }

    @Test
    @Order(4)
    void theSystemKeepsItsNameAndItsOwnSettings() throws Exception {
        assertThat(node.ok("hostname; cat /etc/hostname")).isEqualTo("plain\nplain");
        assertThat(node.ok("ls /etc/ssh/authorized_keys.d /etc/systemd/network 2>/dev/null || true"))
                .doesNotContain("root", "10-rwo");
    }

    @Test
    @Order(5)
    void aNewerPlugInBringsANewAgentWhileAContainerGoesOn() throws Exception {
        String before = runningContainer();
        node.ok("cp " + disk("second") + " " + VERSIONS + "rwo_" + SECOND + ".raw");
        node.ok(REFRESH);
        node.ok("systemctl restart rwo-agent");
        node.awaitApi(
                STATUS,
                answer -> answer.path("node").path("version").asText().equals(SECOND)
                        && answer.path("overall").asText().equals("done"),
                "the new agent, every stage done");
        assertThat(runningContainer()).isEqualTo(before);
    }

    private String runningContainer() throws Exception {
        return node.await("docker ps --quiet --no-trunc --filter name=" + DemoStack.RUNNING
                + " | grep . | xargs docker inspect --format '{{.Id}} {{.State.Running}} {{.State.StartedAt}}'");
    }

    @Test
    @Order(6)
    void aNewerOneThatWasTamperedWithIsRefusedAndTheAgentGoesOn() throws Exception {
        String tampered = VERSIONS + "rwo_1.2.raw";
        node.ok("cp " + disk("second") + " " + tampered);
        // One letter of the file system's magic number; the first partition begins at 1 MiB.
        node.ok("printf X | dd of=" + tampered + " bs=1 seek=$((1048576 + 1024)) conv=notrunc status=none");
        BootedNode.Answer answer = node.run(REFRESH);
        assertThat(answer.status()).as(answer.output()).isNotZero();
        assertThat(node.api(STATUS).path("node").path("version").asText()).isEqualTo(SECOND);
        node.ok("rm " + tampered + " && " + REFRESH);
    }

    @Test
    @Order(7)
    void afterARestartTheAgentComesBackByItself() throws Exception {
        node.ok("mkdir -p /etc/systemd/system/systemd-sysext.service.d");
        node.ok("printf '[Service]\\nExecStart=\\nExecStart=" + REFRESH + "\\nExecReload=\\nExecReload=" + REFRESH
                + "\\n' >/etc/systemd/system/systemd-sysext.service.d/10-signed.conf");
        node.ok("systemctl enable systemd-sysext.service");
        node.restart();
        node.awaitApi(
                STATUS,
                answer -> answer.path("node").path("version").asText().equals(SECOND)
                        && answer.path("overall").asText().equals("done"),
                "the agent, every stage done");
        runningContainer();
    }
}
