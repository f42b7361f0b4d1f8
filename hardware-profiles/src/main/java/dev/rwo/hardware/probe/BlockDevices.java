package dev.rwo.hardware.probe;

import dev.rwo.hardware.DiskKind;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** /sys/block: whole disks, their partitions and what stacks on them. */
final class BlockDevices {
    private static final String BLOCK = "sys/block";

    /** Not disks: loop and RAM devices, optical and floppy drives, device mapper, md, network and zoned RAM disks. */
    private static final Pattern NO_DISK = Pattern.compile(
            "(?:loop|ram|zram|dm-|md|sr|fd|nbd|rbd|drbd|mtdblock|pmem|ublkb).*|mmcblk\\d+(?:boot|rpmb).*");

    private static final Pattern VIRTUAL_MODEL = Pattern.compile(
            "QEMU.*|VBOX.*|VMware.*|Virtual[ _](?:disk|HD|SSD).*|Msft.*|Amazon Elastic.*|Google.*PersistentDisk.*",
            Pattern.CASE_INSENSITIVE);

    /** The kernel counts sectors of 512 bytes whatever the disk does (Documentation/ABI/stable/sysfs-block). */
    private static final long SECTOR_BYTES = 512;

    private final MachineTree tree;
    private final Map<String, OshiMachine.Store> stores;

    /** @param stores what OSHI knows of disks; attributes of disks not in it are read here */
    BlockDevices(MachineTree tree, Map<String, OshiMachine.Store> stores) {
        this.tree = tree;
        this.stores = stores;
    }

    Fact<List<HardwareProfile.Disk>> disks() {
        return tree.names(BLOCK).map(names -> {
            Fact<Set<String>> system = systemDisks(names);
            List<HardwareProfile.Disk> disks = new ArrayList<>();
            for (String name : names) {
                boolean emptySlot = tree.number(directory(name) + "/size").orElse(1L) == 0;
                if (!NO_DISK.matcher(name).matches() && !emptySlot) {
                    disks.add(disk(name, system));
                }
            }
            return List.copyOf(disks);
        });
    }

    private HardwareProfile.Disk disk(String name, Fact<Set<String>> system) {
        OshiMachine.Store store = stores.get(name);
        Fact<Long> bytes = store != null && store.bytes() > 0
                ? Fact.known(store.bytes())
                : tree.number(directory(name) + "/size")
                        .then(sectors -> sectors < 0 || sectors > Long.MAX_VALUE / SECTOR_BYTES
                                ? Fact.unknown("/" + directory(name) + "/size is out of range")
                                : Fact.known(sectors * SECTOR_BYTES));
        Fact<String> model = store != null && !store.model().isEmpty() ? Fact.known(store.model()) : model(name);
        Fact<Boolean> removable = tree.flag(directory(name) + "/removable");
        return new HardwareProfile.Disk(
                name,
                kind(name, model, removable),
                bytes,
                model,
                Fact.unknown("not probed yet"),
                Fact.unknown("not probed yet"),
                removable,
                system.map(systemNames -> systemNames.contains(name)));
    }

    private Fact<String> model(String name) {
        return tree.word(directory(name) + "/device/model").or(tree.word(directory(name) + "/device/name"));
    }

    private Fact<DiskKind> kind(String name, Fact<String> model, Fact<Boolean> removable) {
        if (name.startsWith("vd") || name.startsWith("xvd") || isVirtual(model)) {
            return Fact.known(DiskKind.VIRTUAL);
        }
        if (name.startsWith("nvme")) {
            return Fact.known(DiskKind.NVME);
        }
        if (name.startsWith("mmcblk")) {
            return tree.word(directory(name) + "/device/type")
                    .map(type -> type.equals("SD") ? DiskKind.SD : DiskKind.EMMC);
        }
        // Only USB sticks are marked removable among sd*: drives in hot-plug bays are not.
        if (removable.orElse(false)) {
            return Fact.known(DiskKind.USB);
        }
        return tree.flag(directory(name) + "/queue/rotational").map(turns -> turns ? DiskKind.HDD : DiskKind.SSD);
    }

    private static boolean isVirtual(Fact<String> model) {
        return VIRTUAL_MODEL.matcher(model.orElse("")).matches();
    }

    private static String directory(String name) {
        return BLOCK + "/" + name;
    }

    /** The disks under the file system that holds /var, whatever partitions and mappings lie between. */
    private Fact<Set<String>> systemDisks(List<String> names) {
        return new MountInfoFile(tree).deviceOf(List.of("/var", "/", "/usr")).then(mounted -> {
            Map<String, String> byNumber = new HashMap<>();
            Map<String, String> diskOf = new HashMap<>();
            for (String disk : names) {
                index(directory(disk), disk, disk, byNumber, diskOf);
                for (String part : tree.names(directory(disk)).orElse(List.of())) {
                    if (tree.exists(directory(disk) + "/" + part + "/partition")) {
                        index(directory(disk) + "/" + part, part, disk, byNumber, diskOf);
                    }
                }
            }
            String start = byNumber.getOrDefault(mounted.number(), mounted.sourceName());
            Set<String> found = new HashSet<>();
            descend(diskOf.getOrDefault(start, ""), diskOf, found, 0);
            return found.isEmpty()
                    ? Fact.unknown("no disk under /sys/block is mounted device " + mounted.number())
                    : Fact.known(Set.copyOf(found));
        });
    }

    private void index(
            String directory, String name, String disk, Map<String, String> byNumber, Map<String, String> diskOf) {
        tree.word(directory + "/dev").ifKnown(number -> byNumber.put(number, name));
        diskOf.put(name, disk);
    }

    /** Follows device mapper and md down to real disks; 8 levels are more than anybody stacks. */
    private void descend(String disk, Map<String, String> diskOf, Set<String> found, int level) {
        List<String> slaves = tree.names(directory(disk) + "/slaves").orElse(List.of());
        if (disk.isEmpty() || level > 8) {
            return;
        }
        if (slaves.isEmpty()) {
            found.add(disk);
        }
        for (String slave : slaves) {
            descend(diskOf.getOrDefault(slave, ""), diskOf, found, level + 1);
        }
    }
}
