package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What befalls small sites: every address changes, most boxes burn. */
@RequiresLab
@EnabledIfSystemProperty(
        named = "soak",
        matches = "true",
        disabledReason = "a quarter of the time of all labs: ./rwo soak")
class HardTimesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** Port 5353 as the kernel's table has it. */
    private static final String MDNS = ":14E9 ";

    @TempDir
    Path directory;

    private static boolean isWhole(SiteView view) {
        return view.working() == 3 && view.hasManagers(3);
    }

    @Test
    void aSiteOnWireGuardDoesNotMindThatEveryAddressChangesAtOnce() throws IOException {
        try (ArgumentWatch arguments = ArgumentWatch.start();
                LabSite site = LabSite.builder()
                        .nodes(3)
                        .rwoYaml("cluster:\n  fabric: wireguard\n")
                        .start()) {
            SiteView before = SiteView.await(site.nodes(), HardTimesIT::isWhole, "three managers over WireGuard");
            assertThat(site.node(1).docker("info", "--format", "{{.Swarm.NodeAddr}}"))
                    .startsWith("100.");
            everyAddressChanges(site, before);
            assertThat(arguments.lines()).as("what was watched").anyMatch(line -> line.contains("dockerd"));
            for (SiteNode box : site.nodes()) {
                Set<String> secrets = SiteSecrets.of(box);
                assertThat(secrets)
                        .contains(Files.readString(box.layout().pki().resolve("wireguard.key"))
                                .strip());
                assertThat(arguments.seen(secrets)).as("secrets in arguments").isZero();
            }
        }
    }

    @Test
    void aSiteOnTheLanHealsWhenEveryAddressChangesAtOnce() throws IOException {
        try (LabSite site = LabSite.builder().nodes(3).start()) {
            everyAddressChanges(site, SiteView.await(site.nodes(), HardTimesIT::isWhole, "three managers"));
        }
    }

    private void everyAddressChanges(LabSite site, SiteView before) throws IOException {
        Path image = DemoImage.write(directory);
        site.nodes().forEach(node -> node.docker("import", image.toString(), "idle:1"));
        site.newAddresses();
        // Only a site whose managers and workers have found each other again can start anything.
        site.await(
                PATIENCE,
                () -> site.nodes().stream().anyMatch(node -> succeeds(() -> DemoImage.runEverywhere(node))),
                "a manager that starts a service after every address changed");
        site.await(
                PATIENCE,
                () -> site.nodes().stream()
                        .noneMatch(node -> node.docker("ps", "--quiet").isEmpty()),
                "the new service on every node");
        SiteView after = SiteView.await(
                site.nodes(),
                view -> isWhole(view) && view.swarm().equals(before.swarm()),
                "the same three after every address changed");
        assertThat(after.entries()).isEqualTo(before.entries());
    }

    @Test
    void aBoxIsForgottenWhenItStaysAwayForLongerThanARebootTakesAndJoinsAnewWhenItIsBack() throws IOException {
        try (LabSite site = LabSite.builder()
                .nodes(3)
                .rwoYaml("cluster:\n  memberGrace: 1m\n")
                .start()) {
            SiteView before = SiteView.await(site.nodes(), HardTimesIT::isWhole, "three managers");
            SiteNode away = site.node(2);
            List<SiteNode> rest = List.of(site.node(1), site.node(3));
            away.reboot();
            // The others call it ready for a while yet, so only what it says itself since then counts.
            for (Stage stage : List.of(Stage.SWARM, Stage.ACTIVE)) {
                away.await(stage, PATIENCE, status -> status.state().isUsable());
            }
            SiteView rebooted = SiteView.await(List.of(away), HardTimesIT::isWhole, "three managers after a reboot");
            assertThat(rebooted.entries()).as("a reboot costs no entry").isEqualTo(before.entries());

            SiteNode moved = site.node(3);
            moved.kill();
            moved.machine().nameHardware(UUID.randomUUID());
            moved.boot();
            assertThat(moved.isActive("docker"))
                    .as("the engine on a disk that may be a copy")
                    .isFalse();
            SiteView replaced = SiteView.await(
                    List.of(moved), HardTimesIT::isWhole, "three managers after a disk was put into another machine");
            assertThat(replaced.entries()).as("the disk is the node").isEqualTo(before.entries());

            away.kill();
            SiteView without = SiteView.await(
                    rest,
                    view -> view.hosts().equals(List.of("node-1", "node-3")) && view.hasManagers(1),
                    "two boxes, one of them manager, and no entry of the one that is gone");
            assertThat(without.swarm()).isEqualTo(before.swarm());

            away.boot();
            SiteView after = SiteView.await(site.nodes(), HardTimesIT::isWhole, "three managers again");
            assertThat(after.swarm()).isEqualTo(before.swarm());
            assertThat(after.hosts()).containsExactly("node-1", "node-2", "node-3");
        }
    }

    @Test
    void aSiteOfSeedsAloneComesBackFromTheLastOfThreeWhenAPersonSaysSo() {
        // Where multicast is blocked, as on many Wi-Fis: this site's boxes find each other by its seeds alone.
        try (LabSite site = LabSite.builder()
                .nodes(3)
                .rwoYaml("cluster:\n  multicast: false\n  seeds:\n    - 192.0.2.11\n    - 192.0.2.12\n")
                .start()) {
            SiteView formed = SiteView.await(site.nodes(), HardTimesIT::isWhole, "three managers by seeds alone");
            assertThat(formed.hosts()).containsExactly("node-1", "node-2", "node-3");
            assertThat(SiteView.swarmsOf(site.nodes())).containsExactly(formed.swarm());
            for (SiteNode box : site.nodes()) {
                assertThat(box.exec("cat", "/proc/net/udp"))
                        .as("whoever listens for mDNS on " + box)
                        .doesNotContain(MDNS);
            }
            SiteNode survivor = site.node(3);
            site.await(
                    Duration.ofMinutes(1),
                    () -> succeeds(() -> survivor.docker("secret", "create", "till", "/etc/hostname")),
                    "the survivor, promoted a moment ago, works as a manager");
            site.node(1).kill();
            site.node(2).kill();
            site.await(Duration.ofMinutes(2), () -> SiteView.of(survivor).isEmpty(), "the survivor has no majority");
            site.await(
                    Duration.ofMinutes(3),
                    () -> succeeds(() -> survivor.rwo("recover", "--confirm", "lab", "--yes")),
                    "rwo recover is allowed once the others are seen dead");
            SiteView after = SiteView.await(
                    List.of(survivor),
                    view -> view.leader().equals(survivor.host().name())
                            && view.nodes().stream()
                                            .filter(node -> !node.manager().isEmpty())
                                            .count()
                                    == 1,
                    "a site of one manager");
            assertThat(after.working()).isEqualTo(1);
            assertThat(survivor.docker("secret", "ls", "--format", "{{.Name}}")).contains("till");
            assertThat(survivor.docker("node", "inspect", "--format", "{{json .Spec.Labels}}", "self"))
                    .contains("\"edge.cpu.class\"");
            site.node(1).boot();
            SiteView.await(site.nodes(), view -> view.working() == 2, "a burnt box that was repaired is back");
        }
    }

    private static boolean succeeds(Runnable command) {
        try {
            command.run();
            return true;
        } catch (LabException notYet) {
            return false;
        }
    }
}
