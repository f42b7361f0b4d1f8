package dev.rwo.image.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies what goes into an image with modes that do not depend on the umask of the checkout, and with one time stamp, so
 * that every checkout gives the same image.
 */
final class StagedTree {

    private static final FileTime TIME =
            FileTime.from(Instant.ofEpochSecond(Long.parseLong(ToolsTree.SOURCE_DATE_EPOCH)));

    private StagedTree() {}

    /** Copies a tree; what the target has already stays, and a file of both is the newcomer's. */
    static void copy(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.sorted().toList();
        }
        for (Path path : paths) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(target);
                finish(target, true);
            } else {
                copyFile(path, target);
            }
        }
    }

    /** Copies one file or link, and makes the folders that it needs. */
    static void copyFile(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.deleteIfExists(to);
        if (Files.isSymbolicLink(from)) {
            Files.createSymbolicLink(to, Files.readSymbolicLink(from));
        } else {
            Files.copy(from, to);
            finish(to, Files.isExecutable(from));
        }
    }

    /** Writes a small file, and makes the folders that it needs. */
    static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        finish(file, false);
    }

    private static void finish(Path path, boolean program) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        Files.setLastModifiedTime(path, TIME);
    }
}
