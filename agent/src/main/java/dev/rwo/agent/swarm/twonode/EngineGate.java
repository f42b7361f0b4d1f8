package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the engine may run. Two files tell the service manager, with or without the agent:
 *
 * <ul>
 *   <li>{@code /var/lib/rwo/standby/hold} stays over a reboot: {@code docker.service} starts only with a permit;
 *   <li>{@code /run/rwo/two-node-permit} does not: until when, in seconds of {@code /proc/uptime}, the engine may run.
 *       {@code rwo-deadman.service} stops it then, also when the agent hangs, is paused or has crashed.
 * </ul>
 */
final class EngineGate {

    private static final Logger LOG = Logger.getLogger(EngineGate.class);
    private static final String UNIT = "docker.service";
    static final Duration START = Duration.ofMinutes(2);
    private static final Duration REBOOT = Duration.ofSeconds(10);
    private static final double MILLIS = 1000.0;

    private final Path hold;
    private final Path permit;
    private final HostCommands commands;
    private final TwoNodeTiming timing;
    private final AtomicFiles files = new AtomicFiles();

    EngineGate(Path hold, Path permit, HostCommands commands, TwoNodeTiming timing) {
        this.hold = hold;
        this.permit = permit;
        this.commands = commands;
        this.timing = timing;
    }

    boolean armed() {
        return Files.exists(hold);
    }

    /** The last proof on which the engine may run, also when it ran out; null when the engine was stopped. */
    @Nullable
    Duration permit() {
        try {
            double until = Double.parseDouble(Files.readString(permit).strip());
            return Duration.ofMillis((long) (until * MILLIS)).minus(timing.lost());
        } catch (IOException | NumberFormatException none) {
            return null;
        }
    }

    /** Whether the engine is kept from running: it would need a permit, and the last one ran out or was taken away. */
    boolean isShut(Duration now) {
        Duration last = permit();
        return armed() && (last == null || now.minus(last).compareTo(timing.lost()) >= 0);
    }

    void extend(Duration proof) throws IOException {
        Duration until = proof.plus(timing.lost());
        // For a shell: a double would become 1.0E7 after four months.
        String seconds = until.toSeconds() + "." + "%03d".formatted(until.toMillisPart());
        files.makeDirectories(parent(permit), AtomicFiles.PUBLIC_DIRECTORY);
        // In memory: no need to bring it to a disk, but a reader must never see a part of it.
        Path fresh = permit.resolveSibling(permit.getFileName() + ".new");
        Files.writeString(fresh, seconds + "\n");
        Files.move(
                fresh,
                permit,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** The permit first: with the hold alone the engine would be stopped. */
    void arm(Duration proof) throws IOException {
        extend(proof);
        files.makeDirectories(parent(hold), AtomicFiles.PRIVATE_DIRECTORY);
        files.write(
                hold,
                "The engine of one of two boxes starts only with the agent's leave: docs/two-nodes.md\n"
                        .getBytes(StandardCharsets.UTF_8),
                AtomicFiles.PRIVATE_FILE);
    }

    void disarm() throws IOException {
        files.delete(hold);
        Files.deleteIfExists(permit);
    }

    /**
     * Stops the engine, for good until the next permit. An engine that does not stop in time takes the box with it: a
     * forced reboot, after which the hold keeps it stopped.
     */
    void close() throws IOException, HostCommandException {
        Files.deleteIfExists(permit);
        stop();
    }

    /** How long {@link #stop} takes at most. */
    Duration stopping() {
        return patience().plus(REBOOT);
    }

    private Duration patience() {
        return timing.fencing().minus(timing.skew());
    }

    void stop() throws HostCommandException {
        try {
            commands.run(patience(), "systemctl", "stop", UNIT);
        } catch (HostCommandException stuck) {
            if (!armed()) {
                throw stuck;
            }
            LOG.errorf("rwo: the engine does not stop (%s): rebooting this box", stuck.getMessage());
            commands.run(REBOOT, "systemctl", "reboot", "--force", "--force");
        }
    }

    void start() throws HostCommandException {
        commands.run(START, "systemctl", "start", UNIT);
    }

    private static Path parent(Path file) {
        return java.util.Objects.requireNonNull(file.getParent());
    }
}
