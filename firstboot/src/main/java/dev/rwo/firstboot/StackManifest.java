package dev.rwo.firstboot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a stack consists of, by content. Kept in the copy of the stack, so that the next start can tell whether the seed
 * brought something new without reading gigabytes of image archives again.
 */
record StackManifest(SortedMap<String, File> files) {

    /** Beside {@code docker-compose.yml} in the copy; never copied from a seed. */
    static final String FILE = ".rwo-manifest";

    static final StackManifest NONE = new StackManifest(new TreeMap<>());

    /** Files up to this size are always read: an edit within FAT's two seconds of time stamp could stay unseen. */
    private static final long ALWAYS_READ = ByteCount.MIB;

    /** File systems give out space in blocks of this size. */
    private static final long BLOCK = 4 * ByteCount.KIB;

    /**
     * One file.
     *
     * @param sha256 of its content, hexadecimal
     * @param modified milliseconds since the epoch, as the seed says
     */
    record File(String sha256, long size, long modified) {}

    /** What a copy says of itself; {@link #NONE} if there is none or it cannot be understood. */
    static StackManifest read(Path stack) throws IOException {
        SortedMap<String, File> files = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(stack.resolve(FILE), StandardCharsets.UTF_8)) {
                String[] fields = line.split(" ", 4);
                if (fields.length == 4) {
                    files.put(fields[3], new File(fields[0], Long.parseLong(fields[1]), Long.parseLong(fields[2])));
                }
            }
            return new StackManifest(files);
        } catch (NoSuchFileException | NotDirectoryException | NumberFormatException e) {
            return NONE;
        } catch (java.nio.charset.CharacterCodingException e) {
            return NONE;
        }
    }

    /** What a stack on the seed consists of; large files that look unchanged since {@code before} are not read. */
    static StackManifest of(Path source, StackManifest before) throws IOException {
        SortedMap<String, File> files = new TreeMap<>();
        for (Path relative : StackImport.filesOf(source)) {
            Path file = source.resolve(relative);
            long size = Files.size(file);
            long modified = Files.getLastModifiedTime(file).toMillis();
            File known = before.files().get(relative.toString());
            String sha256 = known != null && size > ALWAYS_READ && known.size() == size && known.modified() == modified
                    ? known.sha256()
                    : sha256(file);
            files.put(relative.toString(), new File(sha256, size, modified));
        }
        return new StackManifest(files);
    }

    Set<String> paths() {
        return files.keySet();
    }

    /** Whether both have the same files with the same content, whatever the time stamps say. */
    boolean hasContentOf(StackManifest other) {
        if (!files.keySet().equals(other.files.keySet())) {
            return false;
        }
        for (Map.Entry<String, File> entry : files.entrySet()) {
            File theirs = other.files.get(entry.getKey());
            if (theirs == null || !theirs.sha256().equals(entry.getValue().sha256())) {
                return false;
            }
        }
        return true;
    }

    /** The room that a copy takes. */
    long bytesOnDisk() {
        return files.values().stream()
                .mapToLong(file -> (file.size() / BLOCK + 1) * BLOCK)
                .sum();
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder();
        files.forEach((path, file) -> text.append(file.sha256())
                .append(' ')
                .append(file.size())
                .append(' ')
                .append(file.modified())
                .append(' ')
                .append(path)
                .append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
