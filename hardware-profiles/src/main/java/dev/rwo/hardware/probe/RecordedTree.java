package dev.rwo.hardware.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Writes a {@link Tape} as a directory tree. Symbolic links of sysfs are laid as they are, because they tell where a
 * device hangs; a link that leads out of the tree becomes a directory.
 */
final class RecordedTree {
    /** As many links as the kernel follows in one path (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    private final Path source;
    private final Path target;
    private final UnaryOperator<String> clean;

    /** @param clean what becomes of a path */
    RecordedTree(Path source, Path target, UnaryOperator<String> clean) {
        this.source = source;
        this.target = target;
        this.clean = clean;
    }

    void write(Tape tape) throws IOException {
        for (Map.Entry<String, Boolean> entry : tape.directories.entrySet()) {
            make(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<String, List<String>> entry : tape.lists.entrySet()) {
            make(entry.getKey(), true);
            for (String name : entry.getValue()) {
                String path = entry.getKey() + "/" + name;
                make(path, Files.isDirectory(source.resolve(path)));
            }
        }
        for (Map.Entry<String, byte[]> entry : tape.files.entrySet()) {
            Path place = place(entry.getKey());
            Files.createDirectories(place.getParent());
            if (!Files.isDirectory(place)) {
                Files.write(place, entry.getValue());
            }
        }
        for (Map.Entry<String, String> entry : tape.links.entrySet()) {
            link(entry.getKey(), entry.getValue());
        }
        if (!tape.refusals.isEmpty()) {
            write(
                    MachineTree.REFUSED,
                    tape.refusals.entrySet().stream()
                            .map(entry -> clean.apply(entry.getKey() + "\t" + entry.getValue()) + "\n")
                            .collect(Collectors.joining()));
        }
    }

    /** Writes a file of ours. */
    void write(String path, String text) throws IOException {
        Path file = target.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private void make(String path, boolean directory) throws IOException {
        Path place = place(path);
        if (directory) {
            Files.createDirectories(place);
        } else {
            Files.createDirectories(place.getParent());
            if (!Files.exists(place)) {
                Files.createFile(place);
            }
        }
    }

    private void link(String path, String to) throws IOException {
        int slash = path.lastIndexOf('/');
        Path link = place(path.substring(0, slash)).resolve(clean.apply(path.substring(slash + 1)));
        Files.createDirectories(link.getParent());
        if (!Files.isSymbolicLink(link) && (!Files.isDirectory(link) || isEmpty(link))) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(clean.apply(to)));
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    /** Where a path of the machine lies in the recording; lays the links on the way. */
    private Path place(String path) throws IOException {
        Deque<String> open = new ArrayDeque<>(Arrays.asList(path.split("/")));
        Path from = source;
        Path to = target;
        for (int links = 0; !open.isEmpty(); ) {
            String name = open.removeFirst();
            Path next = from.resolve(name);
            Path destination = to.resolve(clean.apply(name));
            boolean mirrored = from.startsWith(source.resolve("sys")) && links < MOST_LINKS;
            if (mirrored && Files.isSymbolicLink(next)) {
                String linked = Files.readSymbolicLink(next).toString();
                Path goal = from.resolve(linked).normalize();
                if (!linked.startsWith("/") && goal.startsWith(source.resolve("sys"))) {
                    Files.createDirectories(to);
                    if (!Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createSymbolicLink(destination, Path.of(clean.apply(linked)));
                    }
                    links++;
                    restart(open, source.relativize(goal));
                    from = source;
                    to = target;
                    continue;
                }
            }
            from = next;
            to = destination;
        }
        return to;
    }

    private static void restart(Deque<String> open, Path goal) {
        for (int index = goal.getNameCount() - 1; index >= 0; index--) {
            open.addFirst(goal.getName(index).toString());
        }
    }
}
