package dev.rwo.hardware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A machine's /proc, /sys, /dev and /etc in one readable file, which is laid out as a real tree for a test.
 *
 * <p>A line is one of: {@code path = text} (a file of one line), {@code path <<} (a file of the lines up to
 * {@code >>}), {@code path hex 00ff} (binary), {@code path -> target} (a symbolic link), {@code path => target} (a link
 * to a directory, which is made as well, so that files can be laid through it), {@code path/} (an empty directory), {@code # comment}.
 */
public final class MachineFile {
    private static final Path MACHINES = Path.of("src/test/resources/machines");

    private MachineFile() {}

    /** All machines. */
    public static List<String> names() {
        try (Stream<Path> files = Files.list(MACHINES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".machine"))
                    .map(name -> name.replace(".machine", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lays the machine out under a directory and returns that directory. */
    public static Path layOut(String name, Path root) {
        try {
            Iterator<String> lines =
                    Files.readAllLines(MACHINES.resolve(name + ".machine")).iterator();
            while (lines.hasNext()) {
                layOut(lines.next(), lines, root);
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code machineGetsExactlyItsLabels} expects. */
    public static List<String> expectedLabels(String name) {
        try {
            return Files.readAllLines(MACHINES.resolve(name + ".labels"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void layOut(String line, Iterator<String> lines, Path root) throws IOException {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        if (line.endsWith("/")) {
            Files.createDirectories(root.resolve(line));
        } else if (line.endsWith(" <<")) {
            StringBuilder text = new StringBuilder();
            for (String next = lines.next(); !next.equals(">>"); next = lines.next()) {
                text.append(next).append('\n');
            }
            write(
                    root.resolve(line.substring(0, line.length() - 3)),
                    text.toString().getBytes(StandardCharsets.UTF_8));
        } else if (line.contains(" hex ")) {
            write(root.resolve(before(line, " hex ")), HexFormat.of().parseHex(after(line, " hex ")));
        } else if (line.contains(" => ")) {
            Path link = link(root.resolve(before(line, " => ")), after(line, " => "));
            Files.createDirectories(link.resolveSibling(after(line, " => ")).normalize());
        } else if (line.contains(" -> ")) {
            link(root.resolve(before(line, " -> ")), after(line, " -> "));
        } else {
            String text = after(line + " ", " = ").stripTrailing() + "\n";
            write(root.resolve(before(line + " ", " = ")), text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Path link(Path link, String target) throws IOException {
        Files.createDirectories(link.getParent());
        return Files.createSymbolicLink(link, Path.of(target));
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static String before(String line, String mark) {
        return line.substring(0, line.indexOf(mark));
    }

    private static String after(String line, String mark) {
        return line.substring(line.indexOf(mark) + mark.length());
    }
}
