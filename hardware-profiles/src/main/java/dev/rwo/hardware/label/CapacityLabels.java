package dev.rwo.hardware.label;

import dev.rwo.hardware.DiskKind;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.Comparator;
import java.util.List;

/** {@code edge.mem.*} and {@code edge.disk.*}. */
final class CapacityLabels {
    static final List<Integer> MEMORY_STEPS = List.of(2, 4, 8, 16, 32, 64, 128);
    static final List<Integer> DISK_STEPS = List.of(10, 50, 100, 500);

    private static final List<DiskKind> SLOWEST_FIRST = List.of(
            DiskKind.SD, DiskKind.USB, DiskKind.VIRTUAL, DiskKind.HDD, DiskKind.EMMC, DiskKind.SSD, DiskKind.NVME);

    private CapacityLabels() {}

    static void write(HardwareProfile profile, LabelSheet sheet) {
        Fact<Long> gibibytes = MemorySize.spokenGibibytes(profile.memory());
        sheet.value("edge.mem.gib", gibibytes);
        sheet.steps("edge.mem.ge.", MEMORY_STEPS, gibibytes);
        sheet.value("edge.mem.ecc", profile.memory().ecc());
        sheet.value("edge.disk.kind", systemDiskKind(profile).map(DiskKind::label));
        sheet.steps("edge.disk.free.ge.", DISK_STEPS, freeGibibytes(profile));
    }

    static Fact<Long> freeGibibytes(HardwareProfile profile) {
        return profile.readings().freeBytes().map(bytes -> bytes >> 30);
    }

    /** With several disks under the system (RAID) the slowest kind is promised. */
    static Fact<DiskKind> systemDiskKind(HardwareProfile profile) {
        return profile.storage().disks().then(CapacityLabels::slowestOfSystem);
    }

    private static Fact<DiskKind> slowestOfSystem(List<HardwareProfile.Disk> disks) {
        List<Fact<DiskKind>> kinds = disks.stream()
                .filter(disk -> disk.system().orElse(false))
                .map(HardwareProfile.Disk::kind)
                .toList();
        return kinds.stream()
                .filter(kind -> !kind.isKnown())
                .findFirst()
                .or(() -> kinds.stream()
                        .min(Comparator.comparingInt(
                                kind -> kind.map(SLOWEST_FIRST::indexOf).orElse(0))))
                .orElse(Fact.unknown("the system disk is not known"));
    }
}
