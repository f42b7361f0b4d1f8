package dev.rwo.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes files that are whole or absent after a power cut, and private from the first byte on. */
final class DurableFiles {
    static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> PRIVATE_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private DurableFiles() {}

    /** Makes a directory that only its owner may enter, with missing parents; an existing one is left as it is. */
    static void makePrivateDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attribute(PRIVATE_DIRECTORY));
        }
    }

    /** Replaces the file in one step: written and synchronised under another name, then renamed. */
    static void write(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Path parent = parentOf(file);
        Path unfinished = Files.createTempFile(parent, "." + file.getFileName(), ".new", attribute(PRIVATE));
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.setPosixFilePermissions(unfinished, permissions);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            synchronise(parent);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Makes names created or renamed in the directory survive a power cut. */
    static void synchronise(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static Path parentOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
