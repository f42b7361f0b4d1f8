package dev.rwo.image.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 of texts, files and trees, as hexadecimal digits. */
final class Digests {

    private Digests() {}

    static String sha256(String text) {
        return hex(newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = newDigest();
        update(digest, file);
        return hex(digest.digest());
    }

    /**
     * A tree by names, contents, link targets, the owner's execute bits and, if they matter, modification times.
     *
     * @param withTimes whether the same files with other modification times are another tree
     */
    static String sha256OfTree(Path root, boolean withTimes) throws IOException {
        MessageDigest digest = newDigest();
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : paths) {
            StringBuilder head = new StringBuilder(root.relativize(path).toString()).append('\0');
            if (Files.isSymbolicLink(path)) {
                head.append("link ").append(Files.readSymbolicLink(path));
            } else if (Files.isDirectory(path)) {
                head.append("directory");
            } else {
                head.append(Files.isExecutable(path) ? "program " : "file ").append(Files.size(path));
                if (withTimes) {
                    head.append(' ').append(Files.getLastModifiedTime(path).toMillis());
                }
            }
            digest.update(head.append('\0').toString().getBytes(StandardCharsets.UTF_8));
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                update(digest, path);
            }
        }
        return hex(digest.digest());
    }

    private static void update(MessageDigest digest, Path file) throws IOException {
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
