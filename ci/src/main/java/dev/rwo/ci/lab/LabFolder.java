package dev.rwo.ci.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one lab, {@code rwo-lab-PID-N} in the temporary directory: when the process with that number is gone,
 * the next lab deletes it. Its name is also that of the lab's control group.
 */
final class LabFolder {

    private static final String PREFIX = "rwo-lab-";
    private static final Pattern OURS = Pattern.compile(PREFIX + "(\\d+)-\\d+.*");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private LabFolder() {}

    /** Makes one, and deletes those of labs whose process is gone. */
    static Path create() throws IOException {
        sweepLeftovers();
        return Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
    }

    /** Puts a script of ours into a directory, ready to run. */
    static Path script(Path directory, String name) throws IOException {
        Path script = directory.resolve(name);
        try (InputStream resource = LabFolder.class.getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(resource, "resource " + name), script);
        }
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    /**
     * Removes the control groups of processes that have ended.
     *
     * @param name relative to the root of each controller
     */
    static void removeCgroups(Path name) {
        List<Path> mine = new ArrayList<>();
        try (Stream<Path> controllers = Files.list(CGROUPS)) {
            Stream.concat(Stream.of(CGROUPS), controllers)
                    .map(controller -> controller.resolve(name))
                    .filter(Files::isDirectory)
                    .forEach(mine::add);
            for (Path cgroup : mine) {
                removeWithThoseBelow(cgroup);
            }
        } catch (IOException undeletable) {
            throw new LabException("cannot remove the cgroup " + name + ": " + undeletable, undeletable);
        }
    }

    /** Of two labs that begin at once both see the leftovers of a third; what the other has removed is removed. */
    private static void removeWithThoseBelow(Path cgroup) throws IOException {
        try (Stream<Path> below = Files.walk(cgroup)) {
            for (Path folder : below.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.deleteIfExists(folder);
            }
        } catch (NoSuchFileException gone) {
            return;
        } catch (UncheckedIOException walking) {
            if (!(walking.getCause() instanceof NoSuchFileException)) {
                throw walking.getCause();
            }
        }
    }

    /** Directories of labs whose JVM is gone; their processes ended with it. */
    private static void sweepLeftovers() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> entries = Files.list(temporary)) {
            for (Path entry : entries.toList()) {
                Matcher name = OURS.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1)))
                                .filter(ProcessHandle::isAlive)
                                .isEmpty()) {
                    removeCgroups(entry.getFileName());
                    remove(entry);
                }
            }
        } catch (IOException unreadable) {
            throw new LabException("cannot look for leftovers in " + temporary + ": " + unreadable, unreadable);
        }
    }

    /** Deletes a tree; never follows links. */
    static void remove(Path directory) {
        try {
            if (Files.exists(directory)) {
                Files.walkFileTree(directory, new Remover());
            }
        } catch (IOException undeletable) {
            throw new LabException("cannot delete " + directory + ": " + undeletable, undeletable);
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
