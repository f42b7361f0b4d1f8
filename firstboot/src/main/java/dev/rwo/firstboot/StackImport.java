package dev.rwo.firstboot;

import dev.rwo.firstboot.config.ConfigProblem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Copies stacks from the seed to the node, each one whole or not at all: into a directory beside, then by two renames.
 * A stack that is no longer on the seed stays on the node: a seed that was exchanged is no order to stop a shop.
 */
final class StackImport {

    /** What Docker accepts as the name of a stack, in lower case because FAT does not tell the cases apart. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private static final String FOLDER = "stacks";
    private static final String COMPOSE = "docker-compose.yml";

    /** What desktop systems leave on every stick that they touch. */
    private static final Set<String> LITTER =
            Set.of("thumbs.db", "desktop.ini", "system volume information", "$recycle.bin", ".ds_store", ".trashes");

    /** Room for the node's own state: a stack must not take the last of it. */
    private static final long RESERVE = 64 * ByteCount.MIB;

    private static final String STAGED = ".rwo-";
    private static final String REPLACED = ".old";

    private final NodeLayout layout;
    private final AtomicFiles files;
    private final List<ConfigProblem> problems;
    private final List<Path> changed;

    StackImport(NodeLayout layout, AtomicFiles files, List<ConfigProblem> problems, List<Path> changed) {
        this.layout = layout;
        this.files = files;
        this.problems = problems;
        this.changed = changed;
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Finishes or undoes an exchange that a power cut divided: the old stack comes back if the new one is not in place. */
    void recover() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.stacks(), STAGED + "*" + REPLACED)) {
            for (Path old : entries) {
                String marked = String.valueOf(old.getFileName());
                String name = marked.substring(STAGED.length(), marked.length() - REPLACED.length());
                Path stack = layout.stacks().resolve(name);
                if (Files.exists(stack, LinkOption.NOFOLLOW_LINKS)) {
                    files.delete(old);
                } else {
                    files.disk().rename(old, stack);
                    files.disk().syncDirectory(layout.stacks());
                }
            }
        } catch (NoSuchFileException e) {
            // No stack was ever imported.
        } catch (IOException e) {
            problem("", "an interrupted exchange cannot be finished: " + e, "mend the data disk");
        }
    }

    void run() {
        TreeMap<String, Path> stacks = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.seedStacks())) {
            for (Path entry : entries) {
                stacks.put(String.valueOf(entry.getFileName()), entry);
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            problem("", "cannot be read: " + e, "check the stick on a PC");
            return;
        }
        stacks.forEach(this::importStack);
    }

    private void importStack(String name, Path source) {
        if (isLitter(name)) {
            return;
        }
        if (!Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
            if (name.toLowerCase(Locale.ROOT).matches(".*\\.(yml|yaml|tar)")) {
                problem(name, "lies beside the stacks", "put it into a folder of its own: stacks/<name>/" + COMPOSE);
            }
            return;
        }
        if (!isName(name)) {
            problem(name, "is not the name of a stack", "use a-z, 0-9, '-' and '_', beginning with a letter or digit");
            return;
        }
        try {
            if (!Files.isRegularFile(source.resolve(COMPOSE), LinkOption.NOFOLLOW_LINKS)) {
                problem(name, "has no " + COMPOSE, whatToRename(source));
                return;
            }
            update(name, source);
        } catch (SeedFileException e) {
            problem(name, String.valueOf(e.getMessage()), "rename or remove it");
        } catch (IOException e) {
            problem(
                    name,
                    "was not taken over: " + OneLine.of(String.valueOf(e.getMessage())),
                    "mend what is named; the stack that was there before stays");
        }
    }

    private void update(String name, Path source) throws IOException {
        Path target = layout.stacks().resolve(name);
        StackManifest before = StackManifest.read(target);
        StackManifest now = StackManifest.of(source, before);
        if (before.equals(now)) {
            return;
        }
        if (before.hasContentOf(now)) {
            files.write(target.resolve(StackManifest.FILE), now.bytes(), AtomicFiles.PRIVATE_FILE);
            return;
        }
        files.makeDirectories(layout.state(), AtomicFiles.PRIVATE_DIRECTORY);
        files.makeDirectories(layout.stacks(), AtomicFiles.PRIVATE_DIRECTORY);
        long free = files.disk().usableSpace(layout.stacks());
        if (now.bytesOnDisk() + RESERVE > free) {
            problem(
                    name,
                    "needs " + ByteCount.text(now.bytesOnDisk()) + ", /var has "
                            + ByteCount.text(Math.max(0, free - RESERVE)) + " free",
                    "remove unused images with 'docker image prune -a', or give the box a larger disk");
            return;
        }
        Path staged = AtomicFiles.temporaryBeside(target);
        try {
            stage(source, now, staged);
            exchange(staged, target);
        } catch (IOException e) {
            files.deleteTree(staged);
            recover();
            throw files.explained(e, target, now.bytesOnDisk());
        }
        changed.add(target);
    }

    private void stage(Path source, StackManifest manifest, Path staged) throws IOException {
        files.deleteTree(staged);
        files.disk().makeDirectory(staged, AtomicFiles.PUBLIC_DIRECTORY);
        Set<Path> directories = new LinkedHashSet<>(Set.of(staged));
        for (String file : manifest.paths()) {
            Path copy = staged.resolve(file);
            Path directory = AtomicFiles.parentOf(copy);
            files.makeDirectories(directory, AtomicFiles.PUBLIC_DIRECTORY);
            files.disk().copy(source.resolve(file), copy, AtomicFiles.PUBLIC_FILE);
            directories.add(directory);
        }
        files.disk().create(staged.resolve(StackManifest.FILE), manifest.bytes(), AtomicFiles.PRIVATE_FILE);
        for (Path directory : directories) {
            files.disk().syncDirectory(directory);
        }
    }

    /** A directory with content cannot be replaced by one rename; {@link #recover} mends what happens in between. */
    private void exchange(Path staged, Path target) throws IOException {
        Path old = target.resolveSibling(STAGED + target.getFileName() + REPLACED);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            files.disk().rename(target, old);
        }
        files.disk().rename(staged, target);
        files.disk().syncDirectory(layout.stacks());
        files.deleteTree(old);
    }

    private static String whatToRename(Path source) {
        for (String other : List.of("docker-compose.yaml", "docker-compose.yml.txt", "compose.yml", "compose.yaml")) {
            if (Files.exists(source.resolve(other))) {
                return "rename " + other + " to " + COMPOSE + " (Windows may hide the ending)";
            }
        }
        return "put the stack's compose file there under this name";
    }

    private static boolean isLitter(String name) {
        return LITTER.contains(name.toLowerCase(Locale.ROOT)) || name.startsWith("._") || name.endsWith("~");
    }

    private void problem(String stack, String message, String remedy) {
        problems.add(ConfigProblem.of(stack.isEmpty() ? FOLDER : FOLDER + "/" + OneLine.of(stack), message, remedy));
    }

    /** A file on the seed that must not be copied; the message says which and why. */
    static final class SeedFileException extends IOException {
        private static final long serialVersionUID = 1;

        SeedFileException(String message) {
            super(message);
        }
    }

    /** The files of a stack, relative to it and sorted; litter left out. */
    static List<Path> filesOf(Path source) throws IOException {
        List<Path> found = new ArrayList<>();
        collect(source, source, 0, found);
        found.sort(null);
        return found;
    }

    /** More levels or files than this are not a stack but a disk that was copied by mistake. */
    private static final int DEEPEST = 8;

    private static final int MOST_FILES = 2000;

    private static void collect(Path root, Path directory, int depth, List<Path> found) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (isLitter(name) || name.equals(StackManifest.FILE)) {
                    continue;
                }
                Path relative = root.relativize(entry);
                if (name.chars().anyMatch(Character::isISOControl)) {
                    throw new SeedFileException("the name of " + OneLine.of(relative.toString())
                            + " has characters that cannot be printed");
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    if (depth >= DEEPEST) {
                        throw new SeedFileException(relative + " is nested more than " + DEEPEST + " folders deep");
                    }
                    collect(root, entry, depth + 1, found);
                } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(relative);
                } else {
                    throw new SeedFileException(relative + " is a link or device, not a file");
                }
                if (found.size() > MOST_FILES) {
                    throw new SeedFileException("has more than " + MOST_FILES + " files");
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
