package dev.rwo.firstboot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The single operations by which anything here reaches the disk. Each one may be the last before the power goes: tests
 * put a disk in that fails at every one of them in turn.
 */
class Disk {

    /** Makes a new file of these permissions with this content and brings it to the disk. */
    void create(Path file, byte[] content, int mode) throws IOException {
        Set<PosixFilePermission> permissions = permissions(mode);
        FileAttribute<?> atCreation = PosixFilePermissions.asFileAttribute(permissions);
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), atCreation)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        // The process's umask may have taken bits away at creation, never added any.
        if (!Files.getPosixFilePermissions(file).equals(permissions)) {
            Files.setPosixFilePermissions(file, permissions);
        }
    }

    /** Copies a file of any size to a new one of these permissions and brings it to the disk. */
    void copy(Path from, Path to, int mode) throws IOException {
        FileAttribute<?> atCreation = PosixFilePermissions.asFileAttribute(permissions(mode));
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel target = FileChannel.open(
                        to, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), atCreation)) {
            long size = source.size();
            long done = 0;
            while (done < size) {
                long step = source.transferTo(done, size - done, target);
                if (step <= 0) {
                    throw new IOException(from + ": ended after " + done + " of " + size + " bytes");
                }
                done += step;
            }
            target.force(true);
        }
    }

    /** Gives a file or directory its final name, in one step that a power cut cannot split. */
    void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(to + ": cannot be replaced in one step: " + from + " is on another file system", e);
        }
    }

    /** Brings the names in a directory to the disk: without it a rename may be forgotten at a power cut. */
    void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes one directory of these permissions; it must not exist. */
    void makeDirectory(Path directory, int mode) throws IOException {
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(permissions(mode)));
    }

    /** Sets the permissions of a file that exists. */
    void setMode(Path file, int mode) throws IOException {
        Files.setPosixFilePermissions(file, permissions(mode));
    }

    /** Removes one file or empty directory. */
    void delete(Path file) throws IOException {
        Files.delete(file);
    }

    /** Bytes that may still be written on the file system of this path. */
    long usableSpace(Path existing) throws IOException {
        return Files.getFileStore(existing).getUsableSpace();
    }

    static Set<PosixFilePermission> permissions(int mode) {
        StringBuilder text = new StringBuilder(9);
        for (int bit = 8; bit >= 0; bit--) {
            text.append((mode & (1 << bit)) != 0 ? "xwr".charAt(bit % 3) : '-');
        }
        return PosixFilePermissions.fromString(text.toString());
    }
}
