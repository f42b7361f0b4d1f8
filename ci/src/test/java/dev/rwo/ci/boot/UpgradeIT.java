package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.ci.web.BundleServer;
import dev.rwo.image.demo.DemoStack;
import java.net.InetAddress;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A box takes a new version, keeps it when it is well, and comes back by itself when it is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set up before the first test
@Isolated("an emulated machine takes all processors that there are")
class UpgradeIT {

    /** The test's machine as an emulated machine on QEMU's own network sees it. */
    private static final String HOST = "10.0.2.2";

    private static final String UPGRADE = "/api/v1/upgrade/node";

    private TestImages.Bundles bundles;
    private BundleServer server;
    private BootedNode node;
    private String box;

    @BeforeAll
    void switchOn() throws Exception {
        TestImages images = TestImages.require();
        bundles = images.bundles();
        server = new BundleServer(InetAddress.getLoopbackAddress(), HOST);
        node = BootedNode.boot(images, images.good(), "upgrade", spec -> spec.withDiskGib(10), false);
        node.awaitStage("workloads", "done");
        box = identity();
    }

    @AfterAll
    void switchOff() {
        if (node != null) {
            node.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private String identity() throws Exception {
        return node.ok("cat /etc/machine-id; hostname; docker info --format '{{.Swarm.NodeID}} {{.Swarm.Cluster.ID}}';"
                + " ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub; sha256sum < /var/lib/rwo/pki/node.key;"
                + " cat /var/lib/rwo/rwo.yaml");
    }

    private String refusal(String url) throws Exception {
        BootedNode.Answer answer = node.run("rwo upgrade install --no-wait " + url);
        assertThat(answer.status()).as(answer.output()).isNotZero();
        assertThat(answer.output().lines()).as(answer.output()).hasSize(1);
        return answer.output();
    }

    private JsonNode awaitUpgrade(String version, String phase) {
        return node.awaitApi(
                UPGRADE,
                state -> state.path("running").asText().equals(version)
                        && state.path("phase").asText().equals(phase),
                "version " + version + " runs and is " + phase);
    }

    private void restartInto(String version) throws Exception {
        BootedNode.Answer answer = node.run("rwo upgrade boot " + version);
        // The box may be gone before ssh has brought the answer.
        assertThat(answer.status()).as(answer.output()).isIn(0, 255);
    }

    private void assertSameBoxAtWork() throws Exception {
        assertThat(identity()).isEqualTo(box);
        assertThat(node.await("rwo services | grep -E '" + DemoStack.RUNNING + " +1/1'"))
                .isNotEmpty();
        assertThat(node.ok("systemctl --failed --no-legend --plain")).isEmpty();
    }

    @Test
    @Order(1)
    void whatIsNoBundleOfThisSiteIsRefusedInOneLineAndTouchesNothing() throws Exception {
        assertThat(refusal(server.page())).contains("answers with a web page");
        assertThat(refusal(server.offerCut(bundles.next()))).contains("cut off");
        assertThat(refusal(server.offerChanged(bundles.next(), -200))).contains("was changed");
        assertThat(refusal("/var/no.raucb")).contains("no such file");
        assertThat(refusal(server.offer(bundles.current()))).contains("already");
        assertThat(node.api(UPGRADE).path("phase").asText()).isEqualTo("idle");
    }

    @Test
    @Order(2)
    @EnabledIfSystemProperty(
            named = "soak",
            matches = "true",
            disabledReason = "to write a slot takes minutes in an emulated machine: ./rwo soak")
    void whatWasChangedInsideIsFoundBeforeItCouldBoot() throws Exception {
        // A byte in the root file system, which the signature covers by a tree of hashes only. The kernel image is
        // before it.
        node.ok("rwo upgrade install --no-wait "
                + server.offerChanged(bundles.next(), bundles.next().toFile().length() / 4));
        JsonNode failed = awaitUpgrade(bundles.version(), "failed");
        assertThat(failed.path("problem").asText()).isNotEmpty();
        assertThat(node.json("rauc status --output-format=json")
                        .path("boot_primary")
                        .asText())
                .isEqualTo("rootfs.0");
    }

    @Test
    @Order(3)
    void aVersionThatFailsTheOperatorsCheckIsGoneBackFromAndRefused() throws Exception {
        node.ok("printf '#!/bin/sh\\n. /usr/lib/os-release\\necho the till says no\\n[ $IMAGE_VERSION != "
                + bundles.nextVersion() + " ]\\n' >/var/lib/rwo/checks.d/till && chmod +x /var/lib/rwo/checks.d/till");
        tryAndComeBack(bundles.next(), bundles.nextVersion(), bundles.version(), "the till says no");
        node.ok("rm /var/lib/rwo/checks.d/till");
    }

    private void tryAndComeBack(Path bundle, String bad, String good, String reason) throws Exception {
        String install = "rwo upgrade install --no-wait --allow-older " + server.offer(bundle);
        node.ok(install);
        awaitUpgrade(good, "staged");
        restartInto(bad);
        JsonNode back = awaitUpgrade(good, "failed");
        assertThat(back.path("refused").path(bad).asText()).contains(reason);
        assertSameBoxAtWork();
        BootedNode.Answer again = node.run(install);
        assertThat(again.status()).isNotZero();
        assertThat(again.output()).contains("failed on this box", "rwo upgrade clear " + bad);
        node.ok("rwo upgrade clear " + bad);
    }

    @Test
    @Order(4)
    void aNewVersionIsInstalledUnderWorkloadsAndKeptWhenTheBoxIsWell() throws Exception {
        node.ok("rwo upgrade install --no-wait " + server.offer(bundles.next()));
        awaitUpgrade(bundles.version(), "staged");
        assertSameBoxAtWork();
        restartInto(bundles.nextVersion());
        JsonNode kept = awaitUpgrade(bundles.nextVersion(), "idle");
        assertThat(kept.path("slot").asText()).isEqualTo("b");
        assertThat(kept.path("problem").asText()).isEmpty();
        assertSameBoxAtWork();
        assertThat(node.ok("ls /boot/EFI/Linux"))
                .as("both versions can boot, none is on trial")
                .contains("rwo_" + bundles.nextVersion() + ".efi", "rwo_" + bundles.version() + ".efi");
    }

    @Test
    @Order(5)
    void anOlderVersionIsRefusedUnlessItIsMeant() throws Exception {
        assertThat(refusal(server.offer(bundles.current()))).contains("not newer than", "--allow-older");
    }

    /** What makes a version bad, as unit files that a version's own would be. */
    enum Fault {
        AGENT_CRASHES(
                "rwo-agent.service.d/bad.conf",
                "[Service]\\nExecStartPre=/bin/sh -c \"! grep -q %s /usr/lib/os-release\"\\n",
                "did not say"),
        INIT_HANGS(
                "hang.service",
                "[Unit]\\nDefaultDependencies=no\\nBefore=sysinit.target\\n[Service]\\nType=oneshot\\nTimeoutStartSec=infinity\\n"
                        + "ExecStart=/bin/sh -c \"! grep -q %s /usr/lib/os-release || sleep infinity\"\\n",
                "did not say"),
        KERNEL_PANICS(
                "panic.service",
                "[Unit]\\nDefaultDependencies=no\\nBefore=sysinit.target\\n[Service]\\nType=oneshot\\n"
                        + "ExecStart=/bin/sh -c \"! grep -q %s /usr/lib/os-release || echo c >/proc/sysrq-trigger\"\\n",
                "started 3 times"),
        ROOT_IS_DAMAGED("", "", "started 3 times");

        private final String unit;
        private final String content;
        private final String reason;

        Fault(String unit, String content, String reason) {
            this.unit = unit;
            this.content = content;
            this.reason = reason;
        }
    }

    @ParameterizedTest
    @EnumSource
    @Order(6)
    @EnabledIfSystemProperty(
            named = "soak",
            matches = "true",
            disabledReason = "each bad version takes up to a quarter of an hour in an emulated machine: ./rwo soak")
    void aVersionThatDoesNotComeUpIsGoneBackFromByItself(Fault fault) throws Exception {
        String etc = "/var/lib/rwo/etc/systemd/system/";
        if (fault == Fault.ROOT_IS_DAMAGED) {
            node.ok("rwo upgrade install --no-wait --allow-older " + server.offer(bundles.current()));
            awaitUpgrade(bundles.nextVersion(), "staged");
            node.ok("dd if=/dev/urandom of=/run/rwo/slots/a-root bs=64k count=1 conv=fsync");
        } else {
            node.ok("mkdir -p $(dirname " + etc + fault.unit + ") " + etc + "sysinit.target.wants && printf '"
                    + fault.content.formatted("IMAGE_VERSION=." + bundles.version() + "'\\\"'\\\"'") + "' >" + etc
                    + fault.unit
                    + (fault.unit.endsWith(".service")
                            ? " && ln -s ../" + fault.unit + " " + etc + "sysinit.target.wants/"
                            : ""));
        }
        // The older version stands in for a bad one: what makes it bad is put beside it on the data partition.
        tryAndComeBack(bundles.current(), bundles.version(), bundles.nextVersion(), fault.reason);
        node.ok("rm -rf " + etc + (fault.unit.isEmpty() ? "none" : fault.unit) + " " + etc + "sysinit.target.wants");
    }
}
