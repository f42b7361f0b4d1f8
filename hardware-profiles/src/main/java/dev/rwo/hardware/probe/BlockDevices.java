package dev.rwo.hardware.probe;

import dev.rwo.hardware.DiskKind;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** /sys/block: whole disks, their partitions and what stacks on them. */
final class BlockDevices {
    private static final String BLOCK = "sys/block";

    /** Not disks: loop and RAM devices, optical and floppy drives, device mapper, md, network and zoned RAM disks. */
    private static final Pattern NO_DISK = Pattern.compile(
            "(?:loop|ram|zram|dm-|md|sr|fd|nbd|rbd|drbd|mtdblock|pmem|ublkb).*|mmcblk\\d+(?:boot|rpmb).*");

    /** What never holds a file system of ours: not looked at at all. */
    private static final Pattern NO_STORAGE = Pattern.compile("(?:loop|ram|zram|sr|fd)\\d+");

    private static final List<Map.Entry<String, String>> TRANSPORT_BY_NAME = List.of(
            Map.entry("nvme", "nvme"), Map.entry("mmcblk", "mmc"), Map.entry("vd", "virtio"), Map.entry("xvd", "xen"));

    /** Parts of a SCSI disk's place under /sys/devices, the nearer to the disk the earlier. */
    private static final List<Map.Entry<String, String>> TRANSPORT_BY_PATH = List.of(
            Map.entry("/usb", "usb"),
            Map.entry("/ata", "sata"),
            Map.entry("/end_device-", "sas"),
            Map.entry("/session", "iscsi"),
            Map.entry("/rport-", "fc"),
            Map.entry("/virtio", "virtio"));

    private static final Pattern VIRTUAL_MODEL = Pattern.compile(
            "QEMU.*|VBOX.*|VMware.*|Virtual[ _](?:disk|HD|SSD).*|Msft.*|Amazon Elastic.*|Google.*PersistentDisk.*",
            Pattern.CASE_INSENSITIVE);

    /** The kernel counts sectors of 512 bytes whatever the disk does (Documentation/ABI/stable/sysfs-block). */
    private static final long SECTOR_BYTES = 512;

    private final MachineTree tree;
    private final Asking asking;
    private final Supplier<Map<String, OshiMachine.Store>> stores;

    /** @param stores what OSHI knows of disks, asked at most once; attributes of disks not in it are read here */
    BlockDevices(MachineTree tree, Asking asking, Supplier<Map<String, OshiMachine.Store>> stores) {
        this.tree = tree;
        this.asking = asking;
        this.stores = stores;
    }

    /**
     * The block layer.
     *
     * @param disks whole disks with a medium
     * @param under of each disk, partition, mapping and RAID the disks it is made of
     */
    record Devices(List<HardwareProfile.Disk> disks, Map<String, List<String>> under) {}

    Fact<Devices> read() {
        Fact<Stack> stack = asking.ask("the list of disks", this::stack, Fact::unknown);
        return stack.map(known -> {
            List<HardwareProfile.Disk> disks = new ArrayList<>();
            for (String name : known.disks()) {
                disks.add(asking.ask(
                        "disk " + name, () -> disk(name, known.system()), reason -> unknown(name, known, reason)));
            }
            return new Devices(List.copyOf(disks), known.under());
        });
    }

    /** What stacks on what. */
    private record Stack(List<String> disks, Fact<Set<String>> system, Map<String, List<String>> under) {}

    private Fact<Stack> stack() {
        return tree.names(BLOCK, name -> !NO_STORAGE.matcher(name).matches()).map(names -> {
            Fact<MountInfoFile.Mounted> mounted = new MountInfoFile(tree).deviceOf(MountInfoFile.WANTED);
            List<String> disks = names.stream()
                    .filter(name -> !NO_DISK.matcher(name).matches())
                    .filter(name -> tree.number(directory(name) + "/size").orElse(1L) != 0) // an empty card reader
                    .toList();
            Index index = asking.keep("block devices", names, () -> new Index(names));
            return new Stack(disks, mounted.then(index::disksUnder), index.under());
        });
    }

    /** What a disk is, as against how it is used. */
    private record Make(
            Fact<DiskKind> kind,
            Fact<Long> bytes,
            Fact<String> model,
            Fact<String> transport,
            Fact<String> serial,
            Fact<Boolean> removable) {}

    private HardwareProfile.Disk disk(String name, Fact<Set<String>> system) {
        // The kernel numbers disks through, a new medium gets a new number (Documentation/ABI/stable/sysfs-block).
        String stamp = tree.attribute(directory(name) + "/diskseq").orElse("") + " "
                + tree.attribute(directory(name) + "/size").orElse("");
        Make make = asking.keep("disk " + name, stamp, () -> make(name));
        return new HardwareProfile.Disk(
                name,
                make.kind(),
                make.bytes(),
                make.model(),
                make.transport(),
                make.serial(),
                make.removable(),
                system.map(disks -> disks.contains(name)));
    }

    private static HardwareProfile.Disk unknown(String name, Stack stack, String reason) {
        return new HardwareProfile.Disk(
                name,
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                stack.system().map(disks -> disks.contains(name)));
    }

    private Make make(String name) {
        OshiMachine.Store store = stores.get().get(name);
        Fact<Long> bytes = store != null && store.bytes() > 0
                ? Fact.known(store.bytes())
                : tree.number(directory(name) + "/size")
                        .then(sectors -> sectors < 0 || sectors > Long.MAX_VALUE / SECTOR_BYTES
                                ? Fact.unknown("/" + directory(name) + "/size is out of range")
                                : Fact.known(sectors * SECTOR_BYTES));
        Fact<String> model = store != null && !store.model().isEmpty() ? Fact.known(store.model()) : model(name);
        Fact<Boolean> removable = tree.flag(directory(name) + "/removable");
        return new Make(kind(name, model, removable), bytes, model, transport(name), serial(name), removable);
    }

    /** From the name, or from the bus that the device hangs on. */
    private Fact<String> transport(String name) {
        for (Map.Entry<String, String> byName : TRANSPORT_BY_NAME) {
            if (name.startsWith(byName.getKey())) {
                return Fact.known(byName.getValue());
            }
        }
        return tree.link(directory(name))
                .map(path -> TRANSPORT_BY_PATH.stream()
                        .filter(entry -> path.contains(entry.getKey()))
                        .findFirst()
                        .map(Map.Entry::getValue)
                        .orElse("scsi"));
    }

    /** NVMe and MMC show it plainly, virtio at the disk, SCSI and ATA as page 80h of the vital product data (SPC). */
    private Fact<String> serial(String name) {
        for (String path : List.of("/device/serial", "/serial")) {
            if (tree.exists(directory(name) + path)) {
                return tree.word(directory(name) + path);
            }
        }
        String page = directory(name) + "/device/vpd_pg80";
        return tree.bytes(page, MachineTree.ATTRIBUTE_LIMIT).then(bytes -> {
            String serial = bytes.length > 4 ? MachineTree.decode(Arrays.copyOfRange(bytes, 4, bytes.length)) : "";
            return serial.isEmpty() ? Fact.unknown("/" + page + " holds no serial number") : Fact.known(serial);
        });
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

    /** Disks, partitions and what stacks on them, by name and by device number. */
    private final class Index {
        private final Map<String, String> byNumber = new HashMap<>();
        private final Map<String, String> diskOf = new HashMap<>();
        private final Map<String, List<String>> under = new TreeMap<>();

        Index(List<String> names) {
            for (String disk : names) {
                add(directory(disk), disk, disk);
                for (String part : tree.names(directory(disk), name -> name.startsWith(disk))
                        .orElse(List.of())) {
                    if (tree.exists(directory(disk) + "/" + part + "/partition")) {
                        add(directory(disk) + "/" + part, part, disk);
                    }
                }
            }
            diskOf.forEach((name, disk) -> {
                Set<String> found = new TreeSet<>();
                descend(disk, found, 0);
                under.put(name, List.copyOf(found));
            });
        }

        Map<String, List<String>> under() {
            return under;
        }

        /** The disks under a mounted file system, whatever partitions and mappings lie between. */
        Fact<Set<String>> disksUnder(MountInfoFile.Mounted mounted) {
            String start = byNumber.getOrDefault(mounted.number(), mounted.sourceName());
            List<String> found = under.getOrDefault(start, List.of());
            return found.isEmpty()
                    ? Fact.unknown("no disk under /sys/block is mounted device " + mounted.number())
                    : Fact.known(Set.copyOf(found));
        }

        private void add(String directory, String name, String disk) {
            tree.word(directory + "/dev").ifKnown(number -> byNumber.put(number, name));
            diskOf.put(name, disk);
        }

        /** Follows device mapper and md down to real disks; 8 levels are more than anybody stacks. */
        private void descend(String disk, Set<String> found, int level) {
            if (disk.isEmpty() || level > 8) {
                return;
            }
            List<String> slaves = tree.names(directory(disk) + "/slaves").orElse(List.of());
            if (slaves.isEmpty()) {
                found.add(disk);
            }
            for (String slave : slaves) {
                descend(diskOf.getOrDefault(slave, ""), found, level + 1);
            }
        }
    }
}
