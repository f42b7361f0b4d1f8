package dev.rwo.agent.upgrade;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.NodeLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** What stands on the disk about upgrades; the trial and the verdict are shared with the shell, see {@code boot-gate}. */
final class UpgradeFiles {

    private static final Logger LOG = Logger.getLogger(UpgradeFiles.class);
    private static final Pattern VERSION = Pattern.compile("IMAGE_VERSION=\"?([^\"]*)\"?");
    private static final Pattern TRIAL = Pattern.compile("(\\S+) (\\d{1,6})\\s*");

    private final NodeLayout layout;
    private final AtomicFiles files = new AtomicFiles();

    UpgradeFiles(NodeLayout layout) {
        this.layout = layout;
    }

    /**
     * A version on trial.
     *
     * @param version which
     * @param window how long after the start of the agent it must be well
     */
    record Trial(OsVersion version, Duration window) {}

    /** The OS version that runs; empty when this OS does not say. */
    Optional<OsVersion> running() {
        try {
            return Files.readAllLines(layout.osRelease()).stream()
                    .map(VERSION::matcher)
                    .filter(Matcher::matches)
                    .map(line -> new OsVersion(line.group(1)))
                    .findFirst();
        } catch (IOException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    /** What is remembered; nothing when it cannot be read: then nothing is refused that should be, but nothing is stuck. */
    UpgradeMemory memory() {
        Path file = memoryFile();
        try {
            return UpgradeMemory.read(new ObjectMapper().readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException none) {
            return UpgradeMemory.NOTHING;
        } catch (IOException | IllegalArgumentException damaged) {
            LOG.warnf("%s cannot be read, versions that failed here are forgotten: %s", file, damaged.getMessage());
            return UpgradeMemory.NOTHING;
        }
    }

    void remember(UpgradeMemory memory) throws IOException {
        write(memoryFile(), memory.toJson().toPrettyString());
    }

    private Path memoryFile() {
        return layout.upgrades().resolve("memory.json");
    }

    Optional<Trial> trial() {
        try {
            Matcher line = TRIAL.matcher(Files.readString(trialFile()));
            return line.matches()
                    ? Optional.of(new Trial(
                            new OsVersion(line.group(1)), Duration.ofSeconds(Integer.parseInt(line.group(2)))))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    void beginTrial(Trial trial) throws IOException {
        files.delete(verdictFile());
        write(trialFile(), trial.version() + " " + trial.window().toSeconds() + "\n");
    }

    void endTrial() throws IOException {
        files.delete(trialFile());
        files.delete(verdictFile());
    }

    private Path trialFile() {
        return layout.upgrades().resolve("trial");
    }

    /** Why a version was given up, when the gate could say so before it restarted the box. */
    Optional<String> verdict(OsVersion version) {
        try {
            List<String> lines = Files.readAllLines(verdictFile());
            return lines.size() > 1 && lines.get(0).equals(version.text())
                    ? Optional.of(lines.get(1))
                    : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private Path verdictFile() {
        return layout.upgrades().resolve("verdict");
    }

    /** Tells the gate, which waits for it. */
    void say(String word) throws IOException {
        files.write(layout.bootVerdict(), (word + "\n").getBytes(StandardCharsets.UTF_8), AtomicFiles.PUBLIC_FILE);
    }

    /** How long it is that an agent asked this first in this boot of the machine; by a clock that no time server moves. */
    Duration trialAge() {
        Duration now = uptime();
        Path began = layout.runtime().resolve("trial-began");
        try {
            return now.minusMillis(Long.parseLong(Files.readString(began).strip()));
        } catch (IOException | NumberFormatException first) {
            try {
                files.write(began, (now.toMillis() + "\n").getBytes(StandardCharsets.UTF_8), AtomicFiles.PUBLIC_FILE);
            } catch (IOException unwritable) {
                LOG.warnf("%s", unwritable.getMessage());
            }
            return Duration.ZERO;
        }
    }

    private static Duration uptime() {
        try {
            String[] fields = Files.readString(Path.of("/proc/uptime")).split(" ", 2);
            return Duration.ofMillis((long) (Double.parseDouble(fields[0]) * 1000));
        } catch (IOException | NumberFormatException impossible) {
            throw new IllegalStateException("/proc/uptime cannot be read", impossible);
        }
    }

    private void write(Path file, String text) throws IOException {
        files.makeDirectories(layout.upgrades(), AtomicFiles.PRIVATE_DIRECTORY);
        files.write(file, text.getBytes(StandardCharsets.UTF_8), AtomicFiles.PRIVATE_FILE);
    }
}
