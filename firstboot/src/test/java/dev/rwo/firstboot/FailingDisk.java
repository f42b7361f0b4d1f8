package dev.rwo.firstboot;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A real disk that loses its power at the n-th operation, or is full from then on. At a power cut the operation is done
 * by half and nothing works any more, so that no clean-up can pretend to have run.
 */
final class FailingDisk extends Disk {

    /** Nothing may catch this. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What happens at the n-th operation. */
    enum Failure {
        POWER_CUT,
        FULL
    }

    private final Failure failure;
    private final int failsAt;
    private int operations;
    private long usable = Long.MAX_VALUE;

    FailingDisk(Failure failure, int failsAt) {
        this.failure = failure;
        this.failsAt = failsAt;
    }

    static FailingDisk sound() {
        return new FailingDisk(Failure.POWER_CUT, Integer.MAX_VALUE);
    }

    FailingDisk withUsableSpace(long bytes) {
        usable = bytes;
        return this;
    }

    int operations() {
        return operations;
    }

    /** Whether this is the operation at which it happens; afterwards every one fails. */
    private boolean fails(boolean needsSpace) {
        operations++;
        if (operations > failsAt && failure == Failure.POWER_CUT) {
            throw new PowerCut();
        }
        return operations >= failsAt && (failure == Failure.POWER_CUT || needsSpace);
    }

    private void give(Path path) throws IOException {
        if (failure == Failure.POWER_CUT) {
            throw new PowerCut();
        }
        throw new FileSystemException(path.toString(), null, "No space left on device");
    }

    @Override
    void create(Path file, byte[] content, int mode) throws IOException {
        if (fails(true)) {
            super.create(file, Arrays.copyOf(content, content.length / 2), mode);
            give(file);
        }
        super.create(file, content, mode);
    }

    @Override
    void copy(Path from, Path to, int mode) throws IOException {
        if (fails(true)) {
            byte[] content = Files.readAllBytes(from);
            super.create(to, Arrays.copyOf(content, content.length / 2), mode);
            give(to);
        }
        super.copy(from, to, mode);
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        if (fails(false)) {
            give(to);
        }
        super.rename(from, to);
    }

    @Override
    void syncDirectory(Path directory) throws IOException {
        if (fails(false)) {
            give(directory);
        }
        super.syncDirectory(directory);
    }

    @Override
    void makeDirectory(Path directory, int mode) throws IOException {
        if (fails(true)) {
            give(directory);
        }
        super.makeDirectory(directory, mode);
    }

    @Override
    void setMode(Path file, int mode) throws IOException {
        if (fails(false)) {
            give(file);
        }
        super.setMode(file, mode);
    }

    @Override
    void delete(Path file) throws IOException {
        if (fails(false)) {
            give(file);
        }
        super.delete(file);
    }

    @Override
    long usableSpace(Path existing) throws IOException {
        return Math.min(usable, super.usableSpace(existing));
    }
}
