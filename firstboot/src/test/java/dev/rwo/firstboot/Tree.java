package dev.rwo.firstboot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories as tests see them. */
final class Tree {

    private Tree() {}

    /** Every file below a directory: its permissions and content; directories with their permissions. */
    static SortedMap<String, String> of(Path root) {
        SortedMap<String, String> tree = new TreeMap<>();
        if (!Files.exists(root)) {
            return tree;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            paths.forEach(path -> tree.put(root.relativize(path).toString(), describe(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tree;
    }

    /** Which file is which, by inode and time of change: equal only if nothing was written in between. */
    static SortedMap<String, String> marks(Path root) throws IOException {
        SortedMap<String, String> marks = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                marks.put(
                        root.relativize(path).toString(),
                        Files.getAttribute(path, "unix:ino") + " " + Files.getAttribute(path, "unix:ctime"));
            }
        }
        return marks;
    }

    static Path write(Path file, String content) {
        try {
            Files.createDirectories(AtomicFiles.parentOf(file));
            return Files.writeString(file, content, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String describe(Path path) {
        try {
            String content =
                    Files.isDirectory(path) ? "/" : new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
            return mode(path) + " " + content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
