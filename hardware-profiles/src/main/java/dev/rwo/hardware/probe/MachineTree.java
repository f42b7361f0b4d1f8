package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's files under one root: the machine's own ("/") or a recorded tree. The only place that reads them and
 * that parses their numbers; whatever cannot be read is an unknown fact with its reason.
 *
 * <p>A recording tells in {@code recorded/refused} what the recorded machine would not let us read, one path and its
 * reason a line, so that it replays as unknown and not as missing.
 */
final class MachineTree {
    /** A sysfs attribute is at most one page (kernel, filesystems/sysfs). */
    static final int ATTRIBUTE_LIMIT = 4096;

    /** Where a recording keeps what could not be read. */
    static final String REFUSED = "recorded/refused";

    /** The largest directory read here, sys/bus/pci/devices, has some hundred names on a large server. */
    private static final int NAMES_LIMIT = 10_000;

    private final Path root;
    private final @Nullable Witness witness;
    private final Map<String, String> refused;

    MachineTree(Path root) {
        this(root, null);
    }

    MachineTree(Path root, @Nullable Witness witness) {
        this.root = root.toAbsolutePath().normalize();
        this.witness = witness;
        this.refused = isLive() ? Map.of() : refusals(this.root.resolve(REFUSED));
    }

    /** Whether this is the running machine, not a recording. */
    boolean isLive() {
        return root.getNameCount() == 0;
    }

    /** Whether somebody writes down what is read: then everything must come from files. */
    boolean isWitnessed() {
        return witness != null;
    }

    Path resolve(String path) {
        return root.resolve(path);
    }

    /**
     * Whether there is something at this path, a dangling link included. A known "no" needs a parent directory that can
     * be searched: where /sys is not mounted or may not be entered, nothing is absent.
     */
    Fact<Boolean> present(String path) {
        String reason = refused.get(path);
        if (reason != null) {
            return Fact.unknown(reason);
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(resolve(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean directory =
                    attributes.isDirectory() || (attributes.isSymbolicLink() && Files.isDirectory(resolve(path)));
            tell(one -> one.present(path, directory));
            return Fact.known(true);
        } catch (NoSuchFileException missing) {
            Path parent = resolve(path).getParent();
            if (parent != null && Files.isDirectory(parent)) {
                String inside = root.relativize(parent).toString();
                tell(one -> one.present(inside, true));
                return Fact.known(false);
            }
            return Fact.unknown("/" + path + " is missing, and so is the directory it would be in");
        } catch (IOException | InvalidPathException e) {
            return unreadable(path, e);
        }
    }

    /** Whether there certainly is something at this path. */
    boolean exists(String path) {
        return present(path).orElse(false);
    }

    /** Whether there certainly is a directory at this path. */
    boolean isDirectory(String path) {
        boolean directory = Files.isDirectory(resolve(path));
        if (directory) {
            tell(one -> one.present(path, true));
        }
        return directory;
    }

    /** The beginning of a file, at most {@code limit} bytes. Only regular files: a pipe or a device could block. */
    Fact<byte[]> bytes(String path, int limit) {
        String reason = refused.get(path);
        if (reason != null) {
            return Fact.unknown(reason);
        }
        try {
            Path file = resolve(path);
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                return Fact.unknown("/" + path + " is not a file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(limit);
                tell(one -> one.read(path, content));
                return Fact.known(content);
            }
        } catch (IOException | InvalidPathException e) {
            return unreadable(path, e);
        }
    }

    /** A file as text, trimmed; UTF-8, or Latin-1 where it is not, without control characters other than line ends. */
    Fact<String> text(String path, int limit) {
        return bytes(path, limit).map(MachineTree::decode);
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

    /** A sysfs attribute holding a decimal number from 0 to the largest int. */
    Fact<Integer> count(String path) {
        return attribute(path).then(text -> count(text, "/" + path));
    }

    /** A sysfs attribute holding a hexadecimal number of that many digits, with or without 0x; gives the digits. */
    Fact<String> hexadecimal(String path, int digits) {
        return attribute(path).then(text -> {
            String bare = text.startsWith("0x") ? text.substring(2) : text;
            boolean wellFormed =
                    bare.length() == digits && bare.chars().allMatch(digit -> Character.digit(digit, 16) >= 0);
            return wellFormed
                    ? Fact.known(bare.toLowerCase(Locale.ROOT))
                    : Fact.unknown("/" + path + " is not " + digits + " hexadecimal digits");
        });
    }

    /** A sysfs attribute holding 0 or 1. */
    Fact<Boolean> flag(String path) {
        return number(path).map(value -> value != 0);
    }

    /** Names in a directory, sorted. */
    Fact<List<String>> names(String path) {
        return names(path, name -> true);
    }

    /** Those names in a directory that are of interest, sorted. */
    Fact<List<String>> names(String path, Predicate<String> interesting) {
        String reason = refused.get(path);
        if (reason != null) {
            return Fact.unknown(reason);
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(resolve(path))) {
            int seen = 0;
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (++seen > NAMES_LIMIT) {
                    return Fact.unknown("/" + path + " holds more than " + NAMES_LIMIT + " names");
                }
                if (interesting.test(name)) {
                    names.add(name);
                }
            }
        } catch (IOException | InvalidPathException e) {
            return unreadable(path, e);
        } catch (DirectoryIteratorException e) {
            return unreadable(path, e);
        }
        Collections.sort(names);
        List<String> sorted = List.copyOf(names);
        tell(one -> one.listed(path, sorted));
        return Fact.known(sorted);
    }

    /**
     * Like {@link #names(String, Predicate)}, but a directory that is missing under an existing parent lists nothing:
     * the kernel makes a class's or a bus's directory only when it has the subsystem.
     */
    Fact<List<String>> namesIfAny(String path, Predicate<String> interesting) {
        Fact<Boolean> present = present(path);
        return present.orElse(true) ? names(path, interesting) : Fact.known(List.of());
    }

    /** A symbolic link's target as it is written. */
    Fact<String> link(String path) {
        String reason = refused.get(path);
        if (reason != null) {
            return Fact.unknown(reason);
        }
        try {
            String target = Files.readSymbolicLink(resolve(path)).toString();
            tell(one -> one.linked(path, target));
            return Fact.known(target);
        } catch (NotLinkException e) {
            return Fact.unknown("/" + path + " is not a link");
        } catch (IOException | InvalidPathException e) {
            return unreadable(path, e);
        }
    }

    /** The last name of a symbolic link's target: how sysfs names a device's driver. */
    Fact<String> linkedName(String path) {
        return link(path).map(target -> target.substring(target.lastIndexOf('/') + 1));
    }

    /** The name of the driver bound to the device in this directory; empty when none is bound. */
    Fact<String> driver(String device) {
        return present(device + "/driver").then(bound -> bound ? linkedName(device + "/driver") : Fact.known(""));
    }

    /**
     * Whether a device file opens for reading and writing; false where it is missing or has no device behind it. A
     * recording holds the file only where it opened.
     */
    Fact<Boolean> opens(String path) {
        String reason = refused.get(path);
        if (reason != null) {
            return Fact.unknown(reason);
        }
        try (FileChannel channel = FileChannel.open(resolve(path), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            tell(one -> one.present(path, false));
            return Fact.known(channel.isOpen());
        } catch (NoSuchFileException missing) {
            return present(path).map(dangling -> false);
        } catch (AccessDeniedException | InvalidPathException e) {
            return unreadable(path, e);
        } catch (IOException e) {
            return Fact.known(false); // ENODEV, ENXIO: the node is there, the module's device is not
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

    /** A number with a fraction, as the kernel writes percentages. */
    static Fact<Double> fraction(String text, String where) {
        try {
            double value = Double.parseDouble(text.strip());
            return Double.isFinite(value) ? Fact.known(value) : Fact.unknown(where + " is out of range");
        } catch (NumberFormatException e) {
            return Fact.unknown(where + " holds no number");
        }
    }

    /** Bytes of firmware and kernel to text: UTF-8, or Latin-1 where they are not; no control characters; trimmed. */
    static String decode(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            text = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        if (text.chars().anyMatch(MachineTree::isNoise)) {
            StringBuilder clean = new StringBuilder(text.length());
            text.chars().filter(character -> !isNoise(character)).forEach(character -> clean.append((char) character));
            text = clean.toString();
        }
        return text.strip();
    }

    private static boolean isNoise(int character) {
        return Character.isISOControl(character) && character != '\n' && character != '\t';
    }

    private <T> Fact<T> unreadable(String path, Exception e) {
        String reason = switch (e) {
            case NoSuchFileException missing -> "/" + path + " is missing";
            case AccessDeniedException denied -> "no permission to read /" + path;
            case NotDirectoryException file -> "/" + path + " is not a directory";
            default -> "cannot read /" + path;
        };
        if (!(e instanceof NoSuchFileException)) {
            tell(one -> one.refused(path, reason));
        }
        return Fact.unknown(reason);
    }

    private void tell(Consumer<Witness> news) {
        if (witness != null) {
            news.accept(witness);
        }
    }

    private static Map<String, String> refusals(Path file) {
        Map<String, String> refused = new TreeMap<>();
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(1024 * 1024), StandardCharsets.UTF_8);
            text.lines().forEach(line -> {
                int tab = line.indexOf('\t');
                if (tab > 0) {
                    refused.put(line.substring(0, tab), line.substring(tab + 1));
                }
            });
        } catch (IOException e) {
            return Map.of(); // what is listed there then replays as missing, which is unknown as well
        }
        return refused;
    }
}
