package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.HardwareProfile.DiskHealth;
import dev.rwo.hardware.testing.MachineFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What drives and the kernel say of a disk's health. */
class DiskHealthProbeTest {
    @TempDir
    Path root;

    /** Drives that answer what they are told to. */
    private record Drives(int criticalWarning, int percentageUsed, boolean predictsFailure) implements DriveCommands {
        @Override
        public Fact<byte[]> nvmeHealthLog(String disk) {
            byte[] log = new byte[DriveReport.NVME_LOG_BYTES];
            log[0] = (byte) criticalWarning;
            log[5] = (byte) percentageUsed;
            return Fact.known(log);
        }

        @Override
        public Fact<Boolean> ataPredictsFailure(String disk) {
            return Fact.known(predictsFailure);
        }
    }

    @Test
    void soundNvmeDriveTellsItsWear() {
        DiskHealth health = asked("ultra-mini", new Drives(0, 7, false)).getFirst();

        assertThat(health).isEqualTo(new DiskHealth("nvme0n1", Fact.known(""), Fact.known(""), Fact.known(7)));
    }

    @Test
    void nvmeDriveThatRunsOutOfSpareBlocksWarnsAndReadOnlyOneHasFailed() {
        DiskHealth health = asked("ultra-mini", new Drives(0b1001, 255, false)).getFirst();

        assertThat(health.warning()).isEqualTo(Fact.known("its spare blocks run out"));
        assertThat(health.failed()).isEqualTo(Fact.known("it can only be read any more"));
        assertThat(health.wearPercent()).isEqualTo(Fact.known(255));
    }

    @Test
    void warningsOfDriveAndKernelStandTogether() {
        DiskHealth health = asked("i3-nuc", new Drives(0, 0, true)).getFirst();

        assertThat(health.warning().orElse(""))
                .contains("ext4 has met 3 errors on sda1")
                .contains("it predicts its own failure");
    }

    @Test
    void degradedMirrorAndWornOutFlashWarnWithoutAskingAnyDrive() {
        assertThat(kernels("xeon-e-raid").getFirst().warning())
                .isEqualTo(Fact.known("md0 runs without 1 of its disks"));
        DiskHealth worn = kernels("atom-stick").getFirst();
        assertThat(worn.wearPercent()).isEqualTo(Fact.known(110));
        assertThat(worn.warning()).isEqualTo(Fact.known("four fifths of its reserved blocks are used up"));
    }

    @Test
    void diskThatTheKernelTookOfflineHasFailed() {
        assertThat(kernels("i5-desktop"))
                .filteredOn(health -> health.disk().equals("sda"))
                .extracting(DiskHealth::failed)
                .containsExactly(Fact.known("the kernel has set it offline"));
        assertThat(kernels("ryzen-npu-mini"))
                .filteredOn(health -> health.disk().equals("nvme1n1"))
                .extracting(DiskHealth::failed)
                .containsExactly(Fact.known("the kernel has set it dead"));
    }

    @Test
    void ataRegistersAreReadInBothFormsOfSenseData() {
        byte[] descriptor = new byte[32];
        descriptor[0] = 0x72;
        descriptor[8] = 0x09;
        descriptor[17] = 0x4F;
        descriptor[19] = (byte) 0xC2;
        byte[] fixed = new byte[32];
        fixed[0] = 0x70;
        fixed[10] = (byte) 0xF4;
        fixed[11] = 0x2C;

        assertThat(AtaSense.predictsFailure(descriptor)).isEqualTo(Fact.known(false));
        assertThat(AtaSense.predictsFailure(fixed)).isEqualTo(Fact.known(true));
        assertThat(AtaSense.predictsFailure(new byte[32]).isKnown()).isFalse();
        assertThat(AtaSense.predictsFailure(new byte[0]).isKnown()).isFalse();
    }

    /** Loads the real library; on a machine without such drives the answer is unknown, not an error. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void diskThatTakesNoCommandIsUnknown() {
        LinuxDriveCommands drives = new LinuxDriveCommands();

        assertThat(drives.nvmeHealthLog("null").isKnown()).isFalse();
        assertThat(drives.ataPredictsFailure("null").isKnown()).isFalse();
        assertThat(drives.nvmeHealthLog("no-such-disk").isKnown()).isFalse();
    }

    private List<DiskHealth> asked(String machine, DriveCommands drives) {
        HardwareProfile profile = new HardwareProbe(MachineFile.layOut(machine, root)).probe();
        DiskHealthProbe probe = new DiskHealthProbe(root, drives);
        probe.ask(profile);
        return probe.merge(profile).readings().diskHealth().orElse(List.of());
    }

    private List<DiskHealth> kernels(String machine) {
        return new HardwareProbe(MachineFile.layOut(machine, root.resolve(machine)))
                .probe()
                .readings()
                .diskHealth()
                .orElse(List.of());
    }
}
