package dev.rwo.image.flash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Copies an image to a disk and proves that it arrived: what is compared is what the disk gives back, read past the
 * page cache.
 */
public final class Flasher {
    /** Large enough for a stick's erase blocks, small enough for progress to move. */
    private static final int CHUNK = 4 << 20;

    /** How much is written before waiting for the disk, so that progress tells of the disk and not of memory. */
    private static final long FLUSH_EVERY = 64L << 20;

    /** A slow stick may have to write tens of MiB first. */
    private static final int FLUSH_PATIENCE_SECONDS = 300;

    private final Path image;
    private final Path target;
    private final boolean pastTheCache;

    private Flasher(Path image, Path target, boolean pastTheCache) {
        this.image = image;
        this.target = target;
        this.pastTheCache = pastTheCache;
    }

    /** Onto a disk that {@link BlockDevice#requireWritable} let pass. */
    public static Flasher onto(BlockDevice disk, Path image) {
        return new Flasher(image, Path.of("/dev", disk.name().replace('!', '/')), true);
    }

    /** Onto a file, for tests: not every file system can be read past the cache. */
    static Flasher ontoFile(Path file, Path image) {
        return new Flasher(image, file, false);
    }

    /**
     * Writes the image and waits until the disk has it all.
     *
     * @param progress told the number of bytes that the disk has so far
     * @return the SHA-256 of what was written
     * @throws FlashException if the image cannot be read or the disk not written
     */
    public byte[] write(LongConsumer progress) {
        MessageDigest hash = sha256();
        try (FileChannel source = FileChannel.open(image, StandardOpenOption.READ);
                FileChannel disk = FileChannel.open(target, StandardOpenOption.WRITE)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            long written = 0;
            long flushed = 0;
            while (fill(source, chunk)) {
                hash.update(chunk.duplicate());
                while (chunk.hasRemaining()) {
                    written += disk.write(chunk);
                }
                if (written - flushed >= FLUSH_EVERY) {
                    disk.force(false);
                    flushed = written;
                    progress.accept(written);
                }
            }
            disk.force(true);
            progress.accept(written);
            return hash.digest();
        } catch (IOException e) {
            throw FlashException.failed(
                    "writing to " + target + " failed: " + e.getMessage()
                            + "; the disk holds an incomplete image now, try another disk or port",
                    e);
        }
    }

    /**
     * Reads back what was written and compares.
     *
     * @param expected what {@link #write} answered
     * @param bytes the size of the image
     * @throws FlashException if the disk gives back something else
     */
    public void verify(byte[] expected, long bytes, LongConsumer progress) {
        MessageDigest hash = sha256();
        if (pastTheCache) {
            dropCache();
        }
        try (FileChannel disk = FileChannel.open(target, StandardOpenOption.READ)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            long read = 0;
            while (read < bytes && fill(disk, chunk)) {
                int wanted = (int) Math.min(chunk.remaining(), bytes - read);
                hash.update(chunk.duplicate().limit(wanted));
                read += wanted;
                progress.accept(read);
            }
        } catch (IOException e) {
            throw FlashException.failed(
                    "reading back from " + target + " failed: " + e.getMessage() + "; do not use this disk", e);
        }
        if (!Arrays.equals(hash.digest(), expected)) {
            throw FlashException.failed(
                    target + " gave back something else than was written; do not use this disk", null);
        }
    }

    /**
     * Makes the kernel forget what it remembers of the disk (ioctl BLKFLSBUF, which Java does not reach), so that
     * reading asks the disk.
     */
    private void dropCache() {
        List<String> command = List.of("blockdev", "--flushbufs", target.toString());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(FLUSH_PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw FlashException.failed(
                        "'" + String.join(" ", command) + "' failed, so " + target
                                + " could not be checked; unplug it, plug it in again and compare by hand",
                        null);
            }
        } catch (IOException e) {
            throw FlashException.failed("blockdev cannot be started; run: apt-get install util-linux", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlashException.failed("interrupted before " + target + " was checked", e);
        }
    }

    /** Fills the chunk as far as the source goes; false at its end. */
    private static boolean fill(FileChannel source, ByteBuffer chunk) throws IOException {
        chunk.clear();
        int length = 0;
        while (chunk.hasRemaining() && length >= 0) {
            length = source.read(chunk);
        }
        chunk.flip();
        return chunk.hasRemaining();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
