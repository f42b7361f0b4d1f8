package dev.rwo.hardware.watch;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * What the kernel or udev says of one device.
 *
 * @param action {@code add}, {@code remove}, {@code change}, {@code bind}, ...
 * @param path below /sys, for example {@code /devices/pci0000:00/0000:00:14.0/usb1/1-2}
 * @param subsystem for example {@code usb}
 * @param type DEVTYPE, for example {@code partition}; empty where the subsystem has none
 */
record DeviceEvent(String action, String path, String subsystem, String type) {
    /**
     * The subsystems of which the probe reads something. A list of what means something and not of what floods: a
     * subsystem that the next kernel brings may flood as well, and what is missing here is found by the sweep. So the
     * start of a container (its veth pair, their queues, its backing device infos, its workqueues) leads to no look.
     */
    private static final Set<String> MEANINGFUL = Set.of(
            "accel",
            "apex",
            "block",
            "cpu",
            "drm",
            "edac",
            "hwmon",
            "memory",
            "misc",
            "mmc",
            "net",
            "nvme",
            "pci",
            "power_supply",
            "scsi",
            "tpm",
            "tpmrm",
            "usb",
            "virtio");

    private static final int LONGEST_NAME = 60;

    /**
     * Reads a message of NETLINK_KOBJECT_UEVENT: {@code add@/devices/...} and then KEY=value, each ended by a zero byte
     * (kernel, lib/kobject_uevent.c). Empty for anything else, such as udev's own messages.
     */
    static Optional<DeviceEvent> parse(byte[] message) {
        String[] parts = new String(message, StandardCharsets.UTF_8).split("\0", -1);
        int at = parts[0].indexOf('@');
        if (at <= 0 || !parts[0].startsWith("/", at + 1)) {
            return Optional.empty();
        }
        String subsystem = "";
        String type = "";
        for (String part : parts) {
            if (part.startsWith("SUBSYSTEM=")) {
                subsystem = part.substring("SUBSYSTEM=".length());
            } else if (part.startsWith("DEVTYPE=")) {
                type = part.substring("DEVTYPE=".length());
            }
        }
        return Optional.of(new DeviceEvent(parts[0].substring(0, at), parts[0].substring(at + 1), subsystem, type));
    }

    /**
     * Whether the profile may look different now. Without device behind it a network interface is a container's or a
     * bridge's, and a block device is a loop, a RAM disk or a volume on disks that have events of their own; of
     * {@code misc} only /dev/kvm is read; a partition comes and goes with its disk.
     */
    boolean isMeaningful() {
        return MEANINGFUL.contains(subsystem)
                && !path.startsWith("/devices/virtual/net/")
                && !path.startsWith("/devices/virtual/block/")
                && !type.equals("partition")
                && (!subsystem.equals("misc") || path.endsWith("/kvm"));
    }

    /** For example {@code add usb 1-2}; printable whatever the device calls itself. */
    String cause() {
        return shown(action) + ' ' + shown(subsystem) + ' ' + shown(path.substring(path.lastIndexOf('/') + 1));
    }

    static String shown(String name) {
        String printable = name.replaceAll("[^\\p{Graph}]", "?");
        return printable.substring(0, Math.min(LONGEST_NAME, printable.length()));
    }
}
