package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.testing.MachineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole machines, from their files to the labels that an operator sees. */
class RecordedMachinesTest {
    @TempDir
    Path root;

    static List<String> machines() {
        return MachineFile.names();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void machineGetsExactlyItsLabels(String machine) {
        HardwareProfile profile = probe(machine);

        assertThat(MachineLabels.of(profile)).containsExactlyElementsOf(MachineFile.expectedLabels(machine));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void profileSurvivesJson(String machine) {
        HardwareProfile profile = probe(machine);

        HardwareProfile read = HardwareProfile.fromJson(profile.toJson());

        assertThat(read).isEqualTo(profile);
        assertThat(read.toJson().toString()).isEqualTo(profile.toJson().toString());
        assertThat(read.revision()).isEqualTo(profile.revision());
    }

    @Test
    void everyMachineHasItsOwnRevision() {
        List<String> revisions = machines().stream()
                .map(machine -> new HardwareProbe(MachineFile.layOut(machine, root.resolve(machine))).probe())
                .map(HardwareProfile::revision)
                .toList();

        assertThat(revisions).doesNotHaveDuplicates().allMatch(revision -> revision.matches("[0-9a-f]{12}"));
    }

    @Test
    void acceleratorsAreToldApart() {
        assertThat(kinds("ultra-mini")).containsExactly("intel-npu intel_vpu");
        assertThat(kinds("ryzen-npu-mini")).containsExactly("amd-xdna amdxdna", "coral ");
        assertThat(kinds("n100-mini")).isEmpty();
    }

    @Test
    void sharedCachesAreCountedOnce() {
        assertThat(probe("epyc-server").cpu().caches().orElse(List.of()))
                .contains(new HardwareProfile.Cache(3, "unified", 8, 8 * (16L << 20)))
                .contains(new HardwareProfile.Cache(1, "data", 16, 16 * (32L << 10)));
    }

    @Test
    void throttlingOfAPackageIsCountedOnce() {
        // 240 of the package and 120 of each of 4 cores, shown by 8 processors.
        assertThat(probe("i7-laptop").readings().throttleEvents()).isEqualTo(Fact.known(240L + 4 * 120));
    }

    @Test
    void batteryOfAMouseFeedsNoMachine() {
        assertThat(probe("i7-laptop").power().supplies().orElse(List.of()))
                .extracting(HardwareProfile.PowerSupply::name)
                .containsExactly("AC", "BAT0");
    }

    @Test
    void tillTellsItsPrinterAndItsUps() {
        HardwareProfile till = probe("till-box");

        assertThat(till.power().upsOnUsb()).isEqualTo(Fact.known(true));
        assertThat(till.usb().orElse(List.of()))
                .filteredOn(device -> device.vendor().equals(Fact.known("04b8")))
                .extracting(HardwareProfile.UsbDevice::productName)
                .containsExactly(Fact.known("TM-T88V"));
        assertThat(till.storage().disks().orElse(List.of()))
                .extracting(HardwareProfile.Disk::transport)
                .containsExactly(Fact.known("sata"), Fact.known("usb"));
    }

    @Test
    void twoDrivesOfOneKindKeepTheirSensorsApart() {
        assertThat(probe("ryzen-npu-mini").readings().temperatures().orElse(List.of()))
                .extracting(HardwareProfile.Temperature::sensor)
                .containsExactly("k10temp/Tctl", "nvme/Composite", "nvme/Composite#2");
    }

    @Test
    void aSensorThatCannotBeReadIsStillThere() throws IOException {
        Path machine = MachineFile.layOut("atom-stick", root);
        Files.writeString(machine.resolve("sys/class/hwmon/hwmon0/temp1_input"), "busy\n");

        assertThat(new HardwareProbe(machine).probe().readings().temperatures().orElse(List.of()))
                .filteredOn(sensor -> !sensor.celsius().isKnown())
                .hasSize(1);
    }

    private List<String> kinds(String machine) {
        return new HardwareProbe(MachineFile.layOut(machine, root.resolve(machine)))
                .probe().accelerators().orElse(List.of()).stream()
                        .map(one -> one.kind() + " " + one.driver().orElse("?"))
                        .toList();
    }

    @Test
    void systemDiskIsFoundThroughLvmAndRaid() {
        HardwareProfile profile = probe("dual-xeon");

        assertThat(profile.storage().disks().orElse(List.of()))
                .filteredOn(disk -> disk.system().orElse(false))
                .extracting(HardwareProfile.Disk::name)
                .containsExactly("sda", "sdb");
    }

    @Test
    void hybridProcessorTellsItsTwoKindsOfCores() {
        assertThat(probe("hybrid-mini").cpu().hybrid()).isEqualTo(Fact.known(new HardwareProfile.Hybrid(4, 8)));
    }

    private HardwareProfile probe(String machine) {
        return new HardwareProbe(MachineFile.layOut(machine, root)).probe();
    }
}
