package dev.rwo.image.flash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks up disks and their uses in {@code /sys/class/block}, {@code /proc/self/mountinfo} and {@code /proc/swaps}
 * (kernel: Documentation/ABI/stable/sysfs-block, proc(5)).
 */
public final class BlockDevices {
    /** Sizes in sysfs are in sectors of 512 bytes, whatever the disk's own. */
    private static final long SECTOR = 512;

    private final Path sys;
    private final Path proc;

    BlockDevices(Path sys, Path proc) {
        this.sys = sys;
        this.proc = proc;
    }

    /** Those of this machine. */
    public static BlockDevices ofThisMachine() {
        return new BlockDevices(Path.of("/sys"), Path.of("/proc"));
    }

    /**
     * The disk of that name.
     *
     * @param device as typed: {@code /dev/sdb}, a link to it such as {@code /dev/disk/by-id/...}, or {@code sdb}
     * @throws FlashException if there is no such disk or it is only a partition
     */
    public BlockDevice find(String device) {
        String name = kernelName(device);
        Path folder = block(name);
        if (!Files.isDirectory(folder)) {
            throw FlashException.refused(device + " is not a disk of this machine; see them with: lsblk -d");
        }
        if (Files.exists(folder.resolve("partition"))) {
            throw FlashException.refused(
                    device + " is a partition; name the whole disk that it is on" + parentOf(folder));
        }
        return new BlockDevice(
                name,
                number(folder.resolve("size")) * SECTOR,
                text(folder.resolve("device/model")),
                serial(folder),
                transport(name, folder),
                text(folder.resolve("removable")).equals("1"),
                text(folder.resolve("ro")).equals("1"),
                uses(name));
    }

    private String kernelName(String device) {
        Path path = Path.of(device.startsWith("/") ? device : "/dev/" + device);
        try {
            path = Files.exists(path) ? path.toRealPath() : path.normalize();
        } catch (IOException e) {
            throw FlashException.failed("cannot look at " + device + ": " + e, e);
        }
        if (path.getNameCount() < 2 || !path.startsWith("/dev")) {
            throw FlashException.refused(device + " is not a disk; name one such as /dev/sdb, see them with: lsblk -d");
        }
        // In sysfs a slash within a device's name is an exclamation mark: /dev/cciss/c0d0.
        return path.subpath(1, path.getNameCount()).toString().replace('/', '!');
    }

    private List<String> uses(String disk) {
        List<String> uses = new ArrayList<>();
        for (String part : withPartitions(disk)) {
            collectUses(part, part, uses, new LinkedHashSet<>());
        }
        return uses;
    }

    /** A disk and its partitions, each of which has a folder within the disk's. */
    private List<String> withPartitions(String disk) {
        List<String> parts = new ArrayList<>(List.of(disk));
        for (String entry : names(block(disk))) {
            if (Files.exists(block(disk).resolve(entry).resolve("partition"))) {
                parts.add(entry);
            }
        }
        return parts;
    }

    /** Mounts and swap of a device, and of what is stacked on it: LVM, encryption, RAID. */
    private void collectUses(String device, String below, List<String> uses, Set<String> seen) {
        if (!seen.add(device)) {
            return;
        }
        String through = device.equals(below) ? "" : " (through " + below + ")";
        mountPoints(device).forEach(point -> uses.add(device + " is mounted at " + point + through));
        if (swaps().contains(device)) {
            uses.add(device + " is swap space" + through);
        }
        for (String holder : names(block(device).resolve("holders"))) {
            int before = uses.size();
            collectUses(holder, below, uses, seen);
            if (uses.size() == before) {
                uses.add(device + " is held by " + holder + through);
            }
        }
    }

    private List<String> mountPoints(String device) {
        String number = text(block(device).resolve("dev"));
        List<String> points = new ArrayList<>();
        for (String line : lines(proc.resolve("self/mountinfo"))) {
            List<String> fields = List.of(line.split(" ", -1));
            int dash = fields.indexOf("-");
            if (fields.size() < 6 || dash < 0 || fields.size() < dash + 3) {
                continue;
            }
            // By number; by name too, since btrfs mounts have a number of their own.
            boolean same =
                    fields.get(2).equals(number) || nameOf(fields.get(dash + 2)).equals(device);
            if (same) {
                points.add(fields.get(4).replace("\\040", " "));
            }
        }
        return points;
    }

    private List<String> swaps() {
        return lines(proc.resolve("swaps")).stream()
                .skip(1)
                .map(line -> nameOf(List.of(line.split("\\s", 2)).getFirst()))
                .toList();
    }

    /** The kernel's name of a device node, also of one by which LVM knows it. */
    private static String nameOf(String source) {
        if (!source.startsWith("/dev/")) {
            return "";
        }
        Path path = Path.of(source);
        try {
            path = Files.exists(path) ? path.toRealPath() : path;
        } catch (IOException e) {
            // A node that has just gone: its name as given is the best there is.
        }
        return String.valueOf(path.getFileName());
    }

    private String serial(Path folder) {
        String serial = text(folder.resolve("device/serial"));
        return serial.isEmpty() ? text(folder.resolve("serial")) : serial;
    }

    private static String transport(String name, Path folder) {
        String place;
        try {
            place = folder.toRealPath().toString();
        } catch (IOException e) {
            return "unknown";
        }
        if (name.startsWith("nvme")) {
            return "nvme";
        }
        if (name.startsWith("mmcblk")) {
            return "mmc";
        }
        return Stream.of("usb", "ata", "virtio", "loop")
                .filter(word -> place.contains("/" + word))
                .findFirst()
                .orElse("unknown");
    }

    private static String parentOf(Path partition) {
        try {
            Path disk = partition.toRealPath().getParent();
            return disk == null ? "" : ": /dev/" + disk.getFileName();
        } catch (IOException e) {
            return "";
        }
    }

    private Path block(String device) {
        return sys.resolve("class/block").resolve(device);
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FlashException.failed("cannot list " + folder + ": " + e, e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FlashException.failed("cannot read " + file + ", so it is not known what is in use: " + e, e);
        }
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException | NumberFormatException e) {
            throw FlashException.failed("cannot read the disk's size from " + file + ": " + e, e);
        }
    }

    /** An attribute that not every disk has. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
