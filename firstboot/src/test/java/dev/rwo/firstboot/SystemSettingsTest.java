package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.SystemSettings.Applied;
import dev.rwo.firstboot.config.HostName;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.firstboot.config.NodeConfigReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemSettingsTest {

    private static final String STATIC = """
            network:
              address: 192.168.1.20/24
              gateway: 192.168.1.1
              dns: [192.168.1.1, 9.9.9.9]
            """;

    @TempDir
    Path root;

    private NodeLayout layout;

    @BeforeEach
    void makeAMachine() {
        layout = new NodeLayout(root);
        Tree.write(layout.etc().resolve("hostname"), "localhost\n");
        Tree.write(layout.etc().resolve("systemd/network/80-rwo.network"), "the image's DHCP\n");
    }

    private Applied apply(String yaml, String name) {
        return SystemSettings.apply(layout, render(yaml, name));
    }

    private static java.util.SortedMap<String, SystemSettings.SystemFile> render(String yaml, String name) {
        NodeConfig config = NodeConfigReader.read("rwo.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .config();
        return SystemSettings.render(
                config,
                new Identity(
                        UUID.fromString("0a1b2c3d-0000-8000-8000-000000000000"),
                        new HostName(name),
                        null,
                        Instant.EPOCH));
    }

    private static String content(String yaml, String path) {
        SystemSettings.SystemFile file = render(yaml, "till-1").get(path);
        return file == null ? "absent" : file.content();
    }

    @Test
    void aStaticNetworkIsOnRealHardwareOnlyAndKeepsLinkLocalAndMdns() {
        assertThat(content(STATIC, "systemd/network/10-rwo.network")).isEqualTo("""
                        # Written by RWO from rwo.yaml; edits are lost.
                        [Match]
                        Type=ether
                        Kind=!*

                        [Network]
                        DHCP=no
                        Address=192.168.1.20/24
                        Gateway=192.168.1.1
                        DNS=192.168.1.1
                        DNS=9.9.9.9
                        LinkLocalAddressing=yes
                        IPv6AcceptRA=yes
                        MulticastDNS=yes
                        LLMNR=no
                        """);
    }

    @Test
    void aNamedInterfaceOrHardwareAddressIsMatched() {
        assertThat(content(STATIC + "  interface: enp1s0\n", "systemd/network/10-rwo.network"))
                .contains("[Match]\nName=enp1s0\nKind=!*\n");
        assertThat(content(STATIC + "  mac: 00-1B-21-0a-0b-0c\n", "systemd/network/10-rwo.network"))
                .contains("[Match]\nMACAddress=00:1b:21:0a:0b:0c\nKind=!*\n");
    }

    @Test
    void withDhcpTheImagesDefaultIsLeftToWork() {
        assertThat(content("network: dhcp\n", "systemd/network/10-rwo.network")).isEqualTo("absent");
        assertThat(content("network: dhcp\n", "systemd/resolved.conf.d/50-rwo.conf"))
                .isEqualTo("absent");
    }

    @Test
    void settingsThatMayHoldAPasswordAreForRootOnly() {
        assertThat(render("proxy:\n  http: http://joe:pa$s@proxy:3128\n", "till-1"))
                .hasEntrySatisfying(
                        "rwo/rwo.yaml", file -> assertThat(file.mode()).isEqualTo(0600));
    }

    @Test
    void filesAreLiveAndSavedForTheNextStart() {
        Applied applied = apply(STATIC, "till-1");
        assertThat(applied.problems()).isEmpty();
        assertThat(applied.reloads()).containsExactlyInAnyOrder(Reload.HOSTNAME, Reload.NETWORK, Reload.RESOLVER);
        for (Path etc : new Path[] {layout.etc(), layout.savedEtc()}) {
            assertThat(etc.resolve("hostname")).hasContent("till-1\n");
            assertThat(etc.resolve("systemd/network/10-rwo.network")).exists();
        }
        assertThat(Tree.mode(layout.state())).isEqualTo("rwx------");
        assertThat(Tree.mode(layout.savedEtc())).isEqualTo("rwxr-xr-x");
        assertThat(Tree.mode(layout.savedEtc().resolve("systemd"))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void theSameSettingsAgainWriteNothingAndReloadNothing() throws IOException {
        apply(STATIC, "till-1");
        var before = Tree.marks(layout.state());
        FailingDisk disk = FailingDisk.sound();
        Applied again = SystemSettings.apply(layout, render(STATIC, "till-1"), new AtomicFiles(disk));
        assertThat(again.reloads()).isEmpty();
        assertThat(again.changed()).isEmpty();
        assertThat(disk.operations()).isZero();
        assertThat(Tree.marks(layout.state())).isEqualTo(before);
    }

    @Test
    void afterARestartWithTheSavedFilesInPlaceNothingIsReloaded() throws IOException {
        apply(STATIC, "till-1");
        new AtomicFiles().delete(layout.etc());
        java.nio.file.Files.move(layout.savedEtc(), layout.etc());
        Applied applied = apply(STATIC, "till-1");
        assertThat(applied.reloads()).isEmpty();
        assertThat(layout.savedEtc().resolve("hostname")).exists();
    }

    @Test
    void whatIsNoLongerSetIsRemovedAndTheRestOfEtcStays() {
        apply(STATIC + "ntp: {servers: [ntp.shop.example]}\n", "till-1");
        Applied applied = apply("network: dhcp\n", "till-1");
        assertThat(applied.reloads()).containsExactlyInAnyOrder(Reload.NETWORK, Reload.RESOLVER, Reload.TIME);
        assertThat(layout.etc().resolve("systemd/network/10-rwo.network")).doesNotExist();
        assertThat(layout.savedEtc().resolve("systemd/network/10-rwo.network")).doesNotExist();
        assertThat(layout.etc().resolve("systemd/network/80-rwo.network")).hasContent("the image's DHCP\n");
    }

    @Test
    void aKeyThatIsTakenAwayIsTakenAwayEvenIfTheIndexIsDamaged() {
        String key = "ssh:\n  authorizedKeys:\n    - ssh-ed25519"
                + " AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA x\n";
        apply(key, "till-1");
        Path live = layout.etc().resolve("ssh/authorized_keys.d/root");
        assertThat(live).exists();
        assertThat(Tree.mode(live)).isEqualTo("rw-------");
        Tree.write(layout.state().resolve("etc-files.json"), "[\"../../precious\", ");
        Path precious = Tree.write(root.resolve("precious"), "x");
        Applied applied = apply("ssh:\n", "till-1");
        assertThat(live).doesNotExist();
        assertThat(layout.savedEtc().resolve("ssh/authorized_keys.d/root")).doesNotExist();
        assertThat(applied.reloads()).containsExactly(Reload.SSH);
        assertThat(precious).exists();
    }

    @Test
    void anIndexThatPointsOutsideOfEtcRemovesNothingThere() {
        Path precious = Tree.write(root.resolve("precious"), "x");
        Tree.write(layout.state().resolve("etc-files.json"), "[\"../precious\", \"/precious\", \"\"]");
        assertThat(apply("network: dhcp\n", "till-1").problems()).isEmpty();
        assertThat(precious).exists();
    }

    @Test
    void aPowerCutAtAnyOperationIsMendedByTheNextRun() throws IOException {
        FailingDisk counting = FailingDisk.sound();
        apply("network: dhcp\n", "till-1");
        SystemSettings.apply(layout, render(STATIC, "till-2"), new AtomicFiles(counting));
        var wantedLive = Tree.of(layout.etc());
        var wantedState = Tree.of(layout.state());
        assertThat(counting.operations()).isGreaterThan(10);
        for (int k = 1; k <= counting.operations(); k++) {
            apply("network: dhcp\n", "till-1");
            try {
                SystemSettings.apply(
                        layout,
                        render(STATIC, "till-2"),
                        new AtomicFiles(new FailingDisk(FailingDisk.Failure.POWER_CUT, k)));
            } catch (FailingDisk.PowerCut e) {
                // As intended.
            }
            assertThat(apply(STATIC, "till-2").problems()).isEmpty();
            assertThat(Tree.of(layout.etc())).as("operation %d", k).isEqualTo(wantedLive);
            assertThat(Tree.of(layout.state())).as("operation %d", k).isEqualTo(wantedState);
        }
    }

    @Test
    void aFullDataDiskDoesNotKeepTheLiveSystemFromItsSettings() {
        apply("network: dhcp\n", "till-1");
        Tree.write(layout.savedEtc().resolve("systemd/network"), "a file in the way");
        Applied applied = apply(STATIC, "till-1");
        assertThat(applied.reloads()).contains(Reload.NETWORK);
        assertThat(layout.etc().resolve("systemd/network/10-rwo.network")).exists();
        assertThat(applied.problems()).singleElement().asString().contains("is a file where a directory is needed");
    }

    @Test
    void onASystemThatIsNotOursOnlyTheAgentsOwnFileIsWrittenAndNoneRemoved() {
        Tree.write(root.resolve("usr/lib/os-release"), "ID=debian\n");
        Tree.write(layout.etc().resolve("ssh/authorized_keys.d/root"), "theirs\n");
        layout = NodeLayout.of(root);
        Applied applied = apply(STATIC, "till-1");
        assertThat(applied.reloads()).isEmpty();
        assertThat(applied.changed())
                .containsExactlyInAnyOrder(
                        layout.etc().resolve("rwo/rwo.yaml"), layout.savedEtc().resolve("rwo/rwo.yaml"));
        assertThat(layout.etc().resolve("hostname")).hasContent("localhost");
        assertThat(layout.etc().resolve("ssh/authorized_keys.d/root")).hasContent("theirs");
    }
}
