package dev.rwo.firstboot;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes files so that a reader, or the next boot after a power cut, sees the old content or the new one and never a
 * part: a temporary file in the same directory, brought to the disk, then renamed, then the directory brought to the
 * disk. Content that is already there is not written again, which spares flash memory.
 */
public final class AtomicFiles {

    /** Permissions of what others may read. */
    public static final int PUBLIC_FILE = 0644;

    /** Permissions of what only root may read. */
    public static final int PRIVATE_FILE = 0600;

    /** Permissions of directories that only root may enter. */
    public static final int PRIVATE_DIRECTORY = 0700;

    /** Permissions of directories that others may enter. */
    public static final int PUBLIC_DIRECTORY = 0755;

    /** Names of unfinished things start and end with these; nothing else on a node is called so. */
    private static final String TEMPORARY_PREFIX = ".rwo-";

    private static final String TEMPORARY_SUFFIX = ".tmp";

    private final Disk disk;

    /** Writes to the real disk. */
    public AtomicFiles() {
        this(new Disk());
    }

    AtomicFiles(Disk disk) {
        this.disk = disk;
    }

    Disk disk() {
        return disk;
    }

    /**
     * Makes a file have this content and these permissions, and the directories above it exist (0755 where they are
     * missing).
     *
     * @param mode permission bits, for example 0600
     * @return whether anything had to be written
     * @throws IOException naming the path, and the bytes and the remedy when the disk is full
     */
    public boolean write(Path file, byte[] content, int mode) throws IOException {
        if (isRegular(file) && hasContent(file, content)) {
            if (Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(Disk.permissions(mode))) {
                return false;
            }
            disk.setMode(file, mode);
            return true;
        }
        Path directory = parentOf(file);
        makeDirectories(directory, PUBLIC_DIRECTORY);
        Path temporary = temporaryBeside(file);
        try {
            deleteTree(temporary);
            disk.create(temporary, content, mode);
            disk.rename(temporary, file);
            disk.syncDirectory(directory);
        } catch (IOException e) {
            removeQuietly(temporary, e);
            throw explained(e, file, content.length);
        }
        return true;
    }

    /**
     * Makes a directory and those above it.
     *
     * @param mode permission bits of those that are missing
     * @return whether any had to be made
     */
    public boolean makeDirectories(Path directory, int mode) throws IOException {
        if (Files.isDirectory(directory)) {
            return false;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            makeDirectories(parent, mode);
        }
        try {
            disk.makeDirectory(directory, mode);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw new IOException(directory + ": is a file where a directory is needed; remove it", e);
            }
            return false;
        } catch (IOException e) {
            throw explained(e, directory, 0);
        }
        if (parent != null) {
            disk.syncDirectory(parent);
        }
        return true;
    }

    /**
     * Removes a file or a whole directory if it exists; symbolic links are removed, never followed.
     *
     * @return whether there was anything to remove
     */
    public boolean delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        deleteTree(path);
        disk.syncDirectory(parentOf(path));
        return true;
    }

    /** The name under which something is prepared before it becomes {@code target}; in the same directory. */
    static Path temporaryBeside(Path target) {
        return target.resolveSibling(TEMPORARY_PREFIX + target.getFileName() + TEMPORARY_SUFFIX);
    }

    /**
     * Removes what an earlier run, cut off by power loss, left unfinished in this directory (not below it).
     *
     * @return what was removed
     */
    public List<Path> removeLeftovers(Path directory) throws IOException {
        List<Path> leftovers = new ArrayList<>();
        String pattern = TEMPORARY_PREFIX + "*" + TEMPORARY_SUFFIX;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
            entries.forEach(leftovers::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        for (Path leftover : leftovers) {
            deleteTree(leftover);
        }
        return leftovers;
    }

    /** Removes a tree if it is there, without bringing the removal to the disk. */
    void deleteTree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                disk.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                disk.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Says what to do when a write failed for lack of space; any other failure gets the path in front.
     *
     * @param bytes how much was to be written
     */
    IOException explained(IOException failure, Path path, long bytes) {
        String text = String.valueOf(failure.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("quota exceeded")) {
            return new IOException(
                    path + ": the disk is full: " + bytes + " bytes could not be written; free space on it, for example"
                            + " with 'docker image prune' or by removing a stack",
                    failure);
        }
        if (lower.contains("read-only file system")) {
            return new IOException(
                    path + ": the disk is read-only, so it cannot be written; look for disk errors in 'journalctl -k'"
                            + " and replace the disk",
                    failure);
        }
        return text.contains(path.toString()) && !text.equals(path.toString())
                ? failure
                : new IOException(
                        path + ": cannot be written: " + failure.getClass().getSimpleName() + " " + text, failure);
    }

    private void removeQuietly(Path temporary, IOException cause) {
        try {
            deleteTree(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static boolean isRegular(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean hasContent(Path file, byte[] content) throws IOException {
        return Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
    }

    static Path parentOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no directory above it");
        }
        return parent;
    }
}
