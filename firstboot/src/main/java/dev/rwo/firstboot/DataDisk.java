package dev.rwo.firstboot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at what {@code /var} is on: a disk, writable, with room. */
public final class DataDisk {

    /** Below this no image of a usual size can be loaded; the operator should know before the node stops. */
    private static final long NEARLY_FULL = 512 * ByteCount.MIB;

    /** Below this the engine, the swarm's log and the journal begin to fail. */
    private static final long FULL = 64 * ByteCount.MIB;

    private DataDisk() {}

    /** Checks the disk now; takes a few system calls and writes nothing. */
    public static StageFinding check(NodeLayout layout) {
        try {
            Path existing = layout.variable();
            FileStore store = Files.getFileStore(existing);
            Space space = new Space(store.getTotalSpace(), store.getUsableSpace(), store.isReadOnly());
            Path marker = layout.noDataPartitionMarker();
            return Files.exists(marker)
                    ? missing(Files.readString(marker, StandardCharsets.UTF_8), space)
                    : judge(space);
        } catch (IOException e) {
            return new StageFinding(
                    Stage.DATA,
                    StageState.FAILED,
                    "/var cannot be examined: " + e,
                    "look for disk errors with 'journalctl -k' and replace the disk");
        }
    }

    /**
     * A file system in figures.
     *
     * @param total bytes it can hold
     * @param usable bytes that may still be written
     * @param readOnly whether nothing may
     */
    record Space(long total, long usable, boolean readOnly) {}

    static StageFinding missing(String why, Space space) {
        String reason = OneLine.of(why);
        return new StageFinding(
                Stage.DATA,
                StageState.FAILED,
                (reason.isEmpty() ? "there is no data partition" : reason) + "; /var is in memory ("
                        + ByteCount.text(space.usable()) + " free), and nothing on it survives a restart",
                "give the box a disk or stick with room for a partition labelled rwo-data and restart");
    }

    static StageFinding judge(Space space) {
        if (space.readOnly()) {
            return new StageFinding(
                    Stage.DATA,
                    StageState.FAILED,
                    "/var is read-only, usually after an error of the disk",
                    "look for disk errors with 'journalctl -k', restart, and replace the disk if it happens again");
        }
        String size = ByteCount.text(space.usable()) + " of " + ByteCount.text(space.total()) + " free on /var";
        if (space.usable() >= NEARLY_FULL) {
            return new StageFinding(Stage.DATA, StageState.DONE, size, "");
        }
        boolean full = space.usable() < FULL;
        return new StageFinding(
                Stage.DATA,
                full ? StageState.FAILED : StageState.DEGRADED,
                (full ? "the data disk is full: " : "the data disk is nearly full: ") + size,
                "remove unused images with 'docker image prune -a' and old logs with 'journalctl --vacuum-size=50M'");
    }
}
