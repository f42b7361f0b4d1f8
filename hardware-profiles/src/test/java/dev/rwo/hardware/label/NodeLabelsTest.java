package dev.rwo.hardware.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.probe.HardwareProbe;
import dev.rwo.hardware.testing.MachineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single rules of docs/labels.md, each shown by changing one file of a machine. */
class NodeLabelsTest {
    @TempDir
    Path root;

    @BeforeEach
    void layOutTheHybridMachine() {
        MachineFile.layOut("hybrid-mini", root);
    }

    @ParameterizedTest(name = "{0} kB are called {1} GiB")
    @CsvSource({
        "2023708, 2", "1015000, 1", "3795412, 4", "6000000, 6", "7995392, 8", "14227344, 14", "16000000, 16",
        "24684096, 24", "32536920, 32", "65771252, 64", "98000000, 96", "131800000, 128", "3460300, 3", "500000, 0"
    })
    void visibleMemoryIsRoundedToWhatAPersonCallsIt(long kibibytes, String gibibytes) throws IOException {
        write("proc/meminfo", "MemTotal: " + kibibytes + " kB");

        assertThat(NodeLabels.of(probe())).containsEntry("edge.mem.gib", gibibytes);
    }

    @Test
    void virtualMachineOfTwoGibibytesCountsAsTwo() throws IOException {
        write("proc/meminfo", "MemTotal: 2023708 kB");

        assertThat(NodeLabels.of(probe()))
                .containsEntry("edge.mem.ge.2", "true")
                .doesNotContainKey("edge.mem.ge.4");
    }

    @Test
    void virtualMachineOfOneAndAHalfGibibytesIsNotCalledTwo() throws IOException {
        byte[] memoryDevice = new byte[0x22 + 2];
        memoryDevice[0] = 17;
        memoryDevice[1] = 0x22;
        memoryDevice[0x0D] = 1536 >> 8; // MiB, little endian
        Files.createDirectories(root.resolve("sys/firmware/dmi/tables"));
        Files.write(root.resolve("sys/firmware/dmi/tables/DMI"), memoryDevice);
        write("proc/meminfo", "MemTotal: 1490000 kB");

        assertThat(probe().memory().installedBytes()).isEqualTo(Fact.known(1536L << 20));
        assertThat(NodeLabels.of(probe())).containsEntry("edge.mem.gib", "1").doesNotContainKey("edge.mem.ge.2");
    }

    @Test
    void unknownKvmIsNeitherTrueNorFalse() throws IOException {
        Files.delete(root.resolve("dev/kvm"));
        assertThat(NodeLabels.of(probe())).containsEntry("edge.virt.kvm", "false");

        Files.delete(root.resolve("dev"));
        assertThat(NodeLabels.of(probe())).doesNotContainKey("edge.virt.kvm");
        assertThat(NodeLabels.unknown(probe()).keys()).contains("edge.virt.kvm");
    }

    @Test
    void revisionIgnoresFreeSpaceAndLinks() throws IOException {
        String before = probe().revision();
        write("recorded/var-usable-bytes", "1");
        write("sys/class/net/enp86s0/carrier", "0");
        write("sys/class/net/enp86s0/speed", "-1");
        assertThat(probe().revision()).isEqualTo(before);

        write("sys/class/dmi/id/bios_version", "ANRPL357.0028");
        assertThat(probe().revision()).isNotEqualTo(before);
    }

    @Test
    void oneUnpluggedPortDoesNotHideTheOther() throws IOException {
        assertThat(NodeLabels.of(probe())).containsEntry("edge.net.link.ge.1g", "true");

        write("sys/class/net/enp86s0/carrier", "0");
        Files.delete(root.resolve("sys/class/net/enp86s0/speed"));
        assertThat(NodeLabels.of(probe())).doesNotContainKey("edge.net.link.ge.1g");
        assertThat(NodeLabels.unknown(probe()).keys()).doesNotContain("edge.net.link.ge.1g");
    }

    @Test
    void guestOfEachHypervisorSaysItsName() throws IOException {
        write("sys/class/dmi/id/sys_vendor", "VMware, Inc.");
        assertThat(NodeLabels.of(probe())).containsEntry("edge.virt.guest", "vmware");

        write("sys/class/dmi/id/sys_vendor", "innotek GmbH");
        assertThat(NodeLabels.of(probe())).containsEntry("edge.virt.guest", "oracle");

        write("sys/class/dmi/id/sys_vendor", "Microsoft Corporation");
        write("sys/class/dmi/id/product_name", "Virtual Machine");
        assertThat(NodeLabels.of(probe())).containsEntry("edge.virt.guest", "microsoft");

        write("sys/class/dmi/id/product_name", "Surface Pro 7");
        assertThat(NodeLabels.of(probe())).containsEntry("edge.virt.guest", "none");

        write("sys/class/dmi/id/sys_vendor", "QEMU");
        write("sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc kvm-clock");
        assertThat(NodeLabels.of(probe())).containsEntry("edge.virt.guest", "kvm");
    }

    @Test
    void ancestorsLabelsForgetPlaceholders() throws IOException {
        write("sys/class/dmi/id/product_serial", "To be filled by O.E.M.");

        assertThat(EngineLabels.of(probe()).labels())
                .containsEntry("vt_enabled", "true")
                .containsEntry("system_type", "bare-metal")
                .doesNotContainKey("serial_number");
    }

    private HardwareProfile probe() {
        return new HardwareProbe(root).probe();
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }
}
