package dev.rwo.image.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of one result, under other names until all of them are complete. */
final class OutputFiles {
    private static final String PART = ".part";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOR_ALL = PosixFilePermissions.fromString("rw-r--r--");

    private final Path directory;
    private final String stem;
    private final boolean secret;
    private final List<Path> parts = new ArrayList<>();

    OutputFiles(Path directory, String stem, boolean secret) {
        this.directory = directory;
        this.stem = stem;
        this.secret = secret;
    }

    /** An empty file to write to. */
    Path file(String suffix) throws IOException {
        return create(stem + suffix, secret && suffix.startsWith(".raw") ? OWNER_ONLY : FOR_ALL);
    }

    private Path create(String name, Set<PosixFilePermission> mode) throws IOException {
        Path part = directory.resolve(name + PART);
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.setPosixFilePermissions(part, mode);
        parts.add(part);
        return part;
    }

    /** In the format of sha256sum. */
    void writeChecksums() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path part : parts) {
            text.append(Digests.sha256(part))
                    .append("  ")
                    .append(finalPath(part).getFileName())
                    .append('\n');
        }
        Files.writeString(create("SHA256SUMS", FOR_ALL), text);
    }

    void publish() throws IOException {
        for (Path part : parts) {
            Files.move(part, finalPath(part), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static Path finalPath(Path part) {
        String name = String.valueOf(part.getFileName());
        return part.resolveSibling(name.substring(0, name.length() - PART.length()));
    }
}
