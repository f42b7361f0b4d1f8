package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The kernel's files under one root: the machine's own ("/") or a recorded tree. The only place that reads them and
 * that parses their numbers; whatever cannot be read is an unknown fact with its reason.
 */
final class MachineTree {
    /** A sysfs attribute is at most one page (kernel, filesystems/sysfs). */
    static final int ATTRIBUTE_LIMIT = 4096;

    private final Path root;

    MachineTree(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Whether this is the running machine, not a recording. */
    boolean isLive() {
        return root.getNameCount() == 0;
    }

    Path resolve(String path) {
        return root.resolve(path);
    }

    boolean exists(String path) {
        return Files.exists(resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    boolean isDirectory(String path) {
        return Files.isDirectory(resolve(path));
    }

    /** The beginning of a file, at most {@code limit} bytes. Only regular files: a pipe or a device could block. */
    Fact<byte[]> bytes(String path, int limit) {
        Path file = resolve(path);
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return Fact.unknown("/" + path + " is not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Fact.known(in.readNBytes(limit));
        } catch (IOException e) {
            return unreadable(path, e);
        }
    }

    /** A file as text, trimmed; bytes that are not UTF-8 become U+FFFD. */
    Fact<String> text(String path, int limit) {
        return bytes(path, limit)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8)
                        .replace("\0", "")
                        .strip());
    }

    /** A sysfs attribute. */
    Fact<String> attribute(String path) {
        return text(path, ATTRIBUTE_LIMIT);
    }

    /** A sysfs attribute that must not be empty. */
    Fact<String> word(String path) {
        return attribute(path).then(text -> text.isEmpty() ? Fact.unknown("/" + path + " is empty") : Fact.known(text));
    }

    /** A sysfs attribute holding a decimal number. */
    Fact<Long> number(String path) {
        return attribute(path).then(text -> number(text, "/" + path));
    }

    /** A sysfs attribute holding 0 or 1. */
    Fact<Boolean> flag(String path) {
        return number(path).map(value -> value != 0);
    }

    /** Names in a directory, sorted. */
    Fact<List<String>> names(String path) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(resolve(path))) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (IOException e) {
            return unreadable(path, e);
        } catch (DirectoryIteratorException e) {
            return Fact.unknown("cannot read /" + path);
        }
        Collections.sort(names);
        return Fact.known(List.copyOf(names));
    }

    /** The last name of a symbolic link's target: how sysfs names a device's driver. */
    Fact<String> linkedName(String path) {
        try {
            return Fact.known(
                    String.valueOf(Files.readSymbolicLink(resolve(path)).getFileName()));
        } catch (IOException e) {
            return unreadable(path, e);
        }
    }

    static Fact<Long> number(String text, String where) {
        try {
            return Fact.known(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return Fact.unknown(where + " holds no number");
        }
    }

    static Fact<Integer> count(String text, String where) {
        return number(text, where)
                .then(value -> value < 0 || value > Integer.MAX_VALUE
                        ? Fact.unknown(where + " is out of range")
                        : Fact.known(value.intValue()));
    }

    private static <T> Fact<T> unreadable(String path, IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> Fact.unknown("/" + path + " is missing");
            case AccessDeniedException denied -> Fact.unknown("no permission to read /" + path);
            case NotDirectoryException file -> Fact.unknown("/" + path + " is not a directory");
            default -> Fact.unknown("cannot read /" + path);
        };
    }
}
