package dev.rwo.hardware.probe;

import dev.rwo.hardware.HardwareProfile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Saves the kernel's files that a profile is made from, so that {@code new HardwareProbe(recording).probe()} gives the
 * same profile elsewhere. What is saved is what a probe looks at: there is no list to forget something in.
 *
 * <p>Beside the files stand {@code profile.json}, made from the recording itself, and a {@code README} with date and
 * origin; {@code recorded/} holds what files cannot tell.
 */
public final class ProfileRecorder {
    private final Path root;
    private final Clock clock;

    /** @param root where /proc, /sys, /dev and /etc are: "/" in production */
    public ProfileRecorder(Path root) {
        this(root, Clock.systemUTC());
    }

    ProfileRecorder(Path root, Clock clock) {
        this.root = root.toAbsolutePath().normalize();
        this.clock = clock;
    }

    /**
     * Records the machine as it is now.
     *
     * @param target a directory that does not exist yet, or is empty
     * @param withSerials whether serial numbers, asset tags, UUIDs and hardware addresses are kept; otherwise they are
     *     blanked
     * @throws RecordingException when the target is taken or cannot be written; nothing half written stays
     */
    public void record(Path target, boolean withSerials) throws RecordingException {
        Path place = target.toAbsolutePath().normalize();
        Path folder = place.getParent();
        if (folder == null || !isFree(place)) {
            throw new RecordingException("will not record into " + target + ": it is not empty; name a new directory");
        }
        try {
            Path draft = Files.createTempDirectory(folder, ".recording-");
            try {
                write(draft, withSerials);
                Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(draft);
            }
        } catch (IOException e) {
            throw new RecordingException("cannot record into " + target + ": " + why(e), e);
        }
    }

    private void write(Path draft, boolean withSerials) throws IOException {
        Tape tape = new Tape();
        HardwareProfile seen = new HardwareProbe(root, tape).probe();
        UnaryOperator<String> clean = UnaryOperator.identity();
        if (!withSerials) {
            Redaction redaction = new Redaction(tape.files);
            tape.files.replaceAll(redaction::content);
            clean = redaction::text;
        }
        RecordedTree tree = new RecordedTree(root, draft, clean);
        tree.write(tape);
        if (!tape.files.containsKey(DataFileSystem.RECORDED)) {
            Long free = seen.readings().freeBytes().orElse(-1L);
            if (free >= 0) {
                tree.write(DataFileSystem.RECORDED, free + "\n");
            }
        }
        HardwareProfile replayed = new HardwareProbe(draft).probe();
        tree.write("profile.json", replayed.toJson().toPrettyString() + "\n");
        tree.write("README", readme(withSerials));
    }

    private String readme(boolean withSerials) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String origin = root.getNameCount() == 0 ? "the running machine" : "a tree of files";
        return """
                RWO hardware recording
                made:    %s
                origin:  %s, by rwo profile record
                serials: %s

                The files of /proc, /sys, /dev and /etc that RWO makes a hardware profile from, as they were read.
                recorded/ holds what files cannot tell: the room on /var, and what could not be read.
                profile.json is the profile that this recording gives.
                """.formatted(
                        now,
                        origin,
                        withSerials
                                ? "kept: serial numbers and hardware addresses name this one machine"
                                : "blanked; hardware addresses are those of RFC 7042 for documentation");
    }

    private static boolean isFree(Path place) {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try (Stream<Path> entries = Files.list(place)) {
            return entries.findAny().isEmpty();
        } catch (IOException notADirectory) {
            return false;
        }
    }

    private static String why(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + " is missing; create the directory above it first";
            case AccessDeniedException denied -> "no permission to write " + denied.getFile();
            default -> String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown reason");
        };
    }

    private static void delete(Path draft) throws IOException {
        if (!Files.exists(draft)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> all = Files.walk(draft)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
