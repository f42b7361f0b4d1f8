package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.DiskHealth;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the kernel itself knows of the health of disks, without a command to the drive: the state of SCSI devices and
 * NVMe controllers, wear registers of eMMC, errors that ext4 has counted, degraded RAID.
 */
final class DiskHealthFiles {
    private static final String BLOCK = "sys/block";
    private static final String EXT4 = "sys/fs/ext4";
    private static final Pattern MD = Pattern.compile("md\\d+|md_.+");
    private static final Pattern NVME_NAMESPACE = Pattern.compile("(nvme\\d+)n\\d+");

    private final MachineTree tree;
    private final Asking asking;

    DiskHealthFiles(MachineTree tree, Asking asking) {
        this.tree = tree;
        this.asking = asking;
    }

    /**
     * Of every disk that tells something.
     *
     * @param disks names of the disks
     * @param under of a block device (partition, mapping, RAID) the disks it is made of
     */
    List<DiskHealth> read(List<String> disks, Map<String, List<String>> under) {
        SortedMap<String, Findings> findings = new TreeMap<>();
        for (String disk : disks) {
            asking.ask("health of disk " + disk, () -> ofDisk(disk), DiskHealthFiles::silent)
                    .ifPresent(found -> findings.put(disk, found));
        }
        asking.ask("errors of file systems", () -> fileSystems(under), reason -> Map.<String, String>of())
                .forEach((disk, warning) -> add(findings, disks, disk, warning));
        asking.ask("state of RAID devices", () -> raid(under), reason -> Map.<String, String>of())
                .forEach((disk, warning) -> add(findings, disks, disk, warning));
        return findings.entrySet().stream()
                .map(entry -> entry.getValue().of(entry.getKey()))
                .toList();
    }

    private static void add(Map<String, Findings> findings, List<String> disks, String disk, String warning) {
        if (disks.contains(disk)) {
            findings.merge(
                    disk,
                    Findings.warning(warning),
                    (known, more) -> new Findings(known.warnings() + more.warnings(), known.failed(), known.wear()));
        }
    }

    /**
     * What was found of one disk.
     *
     * @param warnings each ends with "; "
     */
    private record Findings(String warnings, Fact<String> failed, Fact<Integer> wear) {
        static Findings warning(String text) {
            return new Findings(
                    text.isEmpty() ? "" : text + "; ",
                    Fact.unknown("the kernel does not tell the state of this disk"),
                    Fact.unknown("the drive was not asked"));
        }

        DiskHealth of(String disk) {
            String text = warnings.isEmpty() ? "" : warnings.substring(0, warnings.length() - 2);
            return new DiskHealth(disk, Fact.known(text), failed, wear);
        }
    }

    private static Optional<Findings> silent(String reason) {
        return Optional.of(new Findings("", Fact.unknown(reason), Fact.unknown(reason)));
    }

    private Optional<Findings> ofDisk(String disk) {
        if (disk.startsWith("mmcblk")) {
            return memoryCard(disk);
        }
        var namespace = NVME_NAMESPACE.matcher(disk);
        String state = namespace.matches()
                ? "sys/class/nvme/" + namespace.group(1) + "/state"
                : BLOCK + "/" + disk + "/device/state";
        if (!tree.exists(state)) {
            return Optional.empty();
        }
        Fact<String> failed = tree.word(state).map(word -> switch (word) {
            // SCSI: the error handler has given up (scsi_device.h); NVMe: the controller is lost (nvme.h).
            case "offline", "transport-offline", "dead", "deleting", "deleting (no IO)" ->
                "the kernel has set it " + word;
            default -> "";
        });
        return Optional.of(new Findings("", failed, Fact.unknown("the drive was not asked")));
    }

    /** JEDEC eMMC 5.0, EXT_CSD: life time in steps of a tenth for two types of cells; reserved blocks used up. */
    private Optional<Findings> memoryCard(String disk) {
        String device = BLOCK + "/" + disk + "/device/";
        if (!tree.exists(device + "life_time")) {
            return Optional.empty();
        }
        Fact<Integer> wear = tree.word(device + "life_time").then(text -> wear(text, device));
        String warning = tree.word(device + "pre_eol_info")
                .map(text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "0x02" -> "four fifths of its reserved blocks are used up; ";
                    case "0x03" -> "nearly all of its reserved blocks are used up; ";
                    default -> "";
                })
                .orElse("");
        return Optional.of(new Findings(warning, Fact.unknown("eMMC does not tell whether it has failed"), wear));
    }

    private static Fact<Integer> wear(String text, String device) {
        int tenths = 0;
        for (String type : text.split(" ", -1)) {
            // 00h: not defined; 0Bh: beyond the rated life.
            int value = type.length() == 4 && type.startsWith("0x") ? Character.digit(type.charAt(3), 16) : 0;
            tenths = Math.max(tenths, value);
        }
        return tenths >= 1 && tenths <= 0x0B
                ? Fact.known(tenths * 10)
                : Fact.unknown("/" + device + "life_time is not defined");
    }

    /** Warnings by disk; a file system without errors gives an empty one. */
    private Map<String, String> fileSystems(Map<String, List<String>> under) {
        Map<String, String> warnings = new TreeMap<>();
        for (String device : tree.namesIfAny(EXT4, under::containsKey).orElse(List.of())) {
            tree.count(EXT4 + "/" + device + "/errors_count").ifKnown(count -> {
                String warning = count == 0 ? "" : "ext4 has met " + count + " errors on " + device;
                under.getOrDefault(device, List.of()).forEach(disk -> join(warnings, disk, warning));
            });
        }
        return warnings;
    }

    /** A disk that is missing from a RAID has no name any more: the others of the RAID carry the warning. */
    private Map<String, String> raid(Map<String, List<String>> under) {
        Map<String, String> warnings = new TreeMap<>();
        for (String device :
                tree.names(BLOCK, name -> MD.matcher(name).matches()).orElse(List.of())) {
            String degraded = BLOCK + "/" + device + "/md/degraded";
            if (tree.exists(degraded)) {
                tree.count(degraded).ifKnown(missing -> {
                    String warning = missing == 0 ? "" : device + " runs without " + missing + " of its disks";
                    under.getOrDefault(device, List.of()).forEach(disk -> join(warnings, disk, warning));
                });
            }
        }
        return warnings;
    }

    private static void join(Map<String, String> warnings, String disk, String warning) {
        warnings.merge(
                disk, warning, (known, more) -> known.isEmpty() || more.isEmpty() ? known + more : known + "; " + more);
    }
}
