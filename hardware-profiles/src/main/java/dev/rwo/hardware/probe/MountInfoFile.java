package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** /proc/self/mountinfo (proc_pid_mountinfo(5)): which device a mount point is on. */
final class MountInfoFile {
    private static final String FILE = "proc/self/mountinfo";

    /** The mount points that somebody here asks for. */
    static final List<String> WANTED = List.of("/var", "/", "/usr");

    private final Fact<Map<String, Mounted>> mounts;

    /**
     * A mounted block device.
     *
     * @param number major:minor
     * @param sourceName last part of the mount source, for file systems such as btrfs whose number is anonymous
     */
    record Mounted(String number, String sourceName) {}

    MountInfoFile(MachineTree tree) {
        // /proc/self of the prober is /proc/1 in meaning: both see the same mounts, and a recording has one of them.
        this.mounts = tree.text(FILE, 1024 * 1024).map(MountInfoFile::parse);
    }

    /** The device of the first of these mount points that is on one. */
    Fact<Mounted> deviceOf(List<String> mountPoints) {
        return mounts.then(known -> {
            for (String mountPoint : mountPoints) {
                Mounted mounted = known.get(mountPoint);
                if (mounted != null) {
                    return Fact.known(mounted);
                }
            }
            return Fact.unknown("/" + FILE + " shows no block device at " + String.join(", ", mountPoints));
        });
    }

    private static Map<String, Mounted> parse(String text) {
        Map<String, Mounted> mounts = new HashMap<>();
        for (String line : text.lines().toList()) {
            int separator = line.indexOf(" - ");
            if (separator < 0) {
                continue;
            }
            String[] head = line.substring(0, separator).split(" ", -1);
            String[] tail = line.substring(separator + 3).split(" ", -1);
            if (head.length < 5 || tail.length < 2 || !tail[1].startsWith("/dev/")) {
                continue;
            }
            // A later line covers an earlier one at the same place.
            mounts.put(head[4], new Mounted(head[2], tail[1].substring(tail[1].lastIndexOf('/') + 1)));
        }
        return mounts;
    }
}
