package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.HardwareProfile.Disk;
import dev.rwo.hardware.HardwareProfile.DiskHealth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks NVMe and SATA drives what they say of their own health, and adds it to profiles.
 *
 * <p>Apart from {@link HardwareProbe}, because it sends commands to drives and loads a native library (JNA) for it: at
 * the first question, not before. A drive that does not answer within two seconds is unknown and not asked again until
 * it answers. Drives on USB are not asked: their bridges are known to hang on such commands.
 */
public final class DiskHealthProbe {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final MachineTree tree;
    private final Asking asking = new Asking(DEADLINE);
    private final Map<String, DriveReport> reports = new ConcurrentHashMap<>();
    private @Nullable DriveCommands commands;

    /** @param root "/" for the running machine, or a recorded tree with the drives' answers in {@code recorded/} */
    public DiskHealthProbe(Path root) {
        this.tree = new MachineTree(root);
    }

    DiskHealthProbe(Path root, DriveCommands commands) {
        this(root);
        this.commands = commands;
    }

    /** Asks every drive of the profile now; drives that are gone are forgotten. Takes a millisecond a drive. */
    public synchronized void ask(HardwareProfile profile) {
        List<Disk> disks = profile.storage().disks().orElse(List.of());
        reports.keySet().retainAll(disks.stream().map(Disk::name).toList());
        for (Disk disk : disks) {
            switch (disk.transport().orElse("")) {
                case "nvme" -> reports.put(disk.name(), DriveReport.ofNvme(log(disk)));
                case "sata" -> reports.put(disk.name(), DriveReport.ofAta(prediction(disk)));
                default -> reports.remove(disk.name());
            }
        }
    }

    /** The profile with what the drives said when they were asked last. */
    public HardwareProfile merge(HardwareProfile profile) {
        Fact<List<DiskHealth>> merged = profile.readings().diskHealth().map(this::merge);
        HardwareProfile.Readings readings = profile.readings();
        return new HardwareProfile(
                profile.cpu(),
                profile.memory(),
                profile.storage(),
                profile.gpus(),
                profile.accelerators(),
                profile.nics(),
                profile.pci(),
                profile.usb(),
                profile.displays(),
                profile.power(),
                profile.virtualization(),
                profile.firmware(),
                profile.security(),
                profile.os(),
                new HardwareProfile.Readings(
                        readings.freeBytes(),
                        readings.availableBytes(),
                        readings.memoryStallPercent(),
                        readings.correctedErrors(),
                        readings.uncorrectedErrors(),
                        readings.temperatures(),
                        readings.throttleEvents(),
                        merged));
    }

    private List<DiskHealth> merge(List<DiskHealth> byKernel) {
        SortedMap<String, DiskHealth> merged = new TreeMap<>();
        byKernel.forEach(health -> merged.put(health.disk(), health));
        reports.forEach((disk, report) -> merged.merge(
                disk,
                new DiskHealth(disk, report.warning(), report.failed(), report.wearPercent()),
                (kernels, drives) -> new DiskHealth(
                        disk,
                        join(kernels.warning(), drives.warning()),
                        join(kernels.failed(), drives.failed()),
                        drives.wearPercent().or(kernels.wearPercent()))));
        return List.copyOf(merged.values());
    }

    /** Both reasons; what one of them knows is known. */
    private static Fact<String> join(Fact<String> one, Fact<String> other) {
        if (!one.isKnown() || !other.isKnown()) {
            return one.or(other);
        }
        return one.then(first ->
                other.map(second -> first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second));
    }

    private Fact<byte[]> log(Disk disk) {
        return commands()
                .then(drives ->
                        asking.ask("drive " + disk.name(), () -> drives.nvmeHealthLog(disk.name()), Fact::unknown));
    }

    private Fact<Boolean> prediction(Disk disk) {
        return commands()
                .then(drives -> asking.ask(
                        "drive " + disk.name(), () -> drives.ataPredictsFailure(disk.name()), Fact::unknown));
    }

    private Fact<DriveCommands> commands() {
        DriveCommands known = commands;
        if (known != null) {
            return Fact.known(known);
        }
        try {
            DriveCommands made = tree.isLive() ? new LinuxDriveCommands() : new RecordedDriveCommands(tree);
            commands = made;
            return Fact.known(made);
        } catch (LinkageError e) {
            return Fact.unknown("drives cannot be asked here: " + e.getMessage());
        }
    }
}
