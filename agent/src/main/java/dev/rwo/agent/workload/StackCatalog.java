package dev.rwo.agent.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds the stacks in the image and those that came from the seed; of two with one name the seed's wins. */
final class StackCatalog {

    static final String COMPOSE_FILE = "docker-compose.yml";
    /** What Docker accepts as a stack's name. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]*");
    /** Half of a SHA-256: unique enough for a change mark, short enough for a label. */
    private static final int DIGEST_BYTES = 8;

    private final List<Path> roots;

    /** Roots in rising order of preference; those that do not exist are skipped. */
    StackCatalog(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    Collection<Stack> stacks() throws IOException {
        SortedMap<String, Stack> found = new TreeMap<>();
        for (Path root : roots) {
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, Files::isDirectory)) {
                for (Path directory : directories) {
                    String name = String.valueOf(directory.getFileName());
                    if (NAME.matcher(name).matches() && Files.isRegularFile(directory.resolve(COMPOSE_FILE))) {
                        found.put(name, stack(name, directory));
                    }
                }
            }
        }
        return found.values();
    }

    private static Stack stack(String name, Path directory) throws IOException {
        List<Path> archives = new ArrayList<>();
        try (DirectoryStream<Path> tars = Files.newDirectoryStream(directory, "*.tar")) {
            tars.forEach(archives::add);
        }
        archives.sort(null);
        Path composeFile = directory.resolve(COMPOSE_FILE);
        MessageDigest digest = sha256();
        digest.update(Files.readAllBytes(composeFile));
        for (Path archive : archives) {
            // Archives are large and only ever replaced as a whole: size and time tell as much as the content.
            digest.update((archive.getFileName() + " " + Files.size(archive) + " " + Files.getLastModifiedTime(archive))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return new Stack(name, composeFile, archives, HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
