package dev.rwo.ci.lab.net;

import com.sun.jna.Native;
import dev.rwo.ci.lab.LabException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Another network on this machine, in which a thread of ours can work. */
public final class NetworkNamespace {

    private static final int READ_ONLY_CLOEXEC = 0x8_0000;
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Path file;

    private NetworkNamespace(Path file) {
        this.file = file;
    }

    /** The network that a process is in. */
    public static NetworkNamespace of(long pid) {
        return new NetworkNamespace(Path.of("/proc/" + pid + "/ns/net"));
    }

    /**
     * Works in that network, on a thread made for it: setns(2) moves threads, and a socket or device stays where it was
     * opened. The work must not start threads that live on, because they would keep the network.
     *
     * @throws LabException when the network is gone, or the work failed
     */
    public <T> T call(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return work.call();
        });
        Thread.ofPlatform().daemon().name("lab-in-" + file).start(task);
        try {
            return task.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof LabException known
                    ? known
                    : new LabException("work in the network " + file + " failed: " + cause, failed);
        } catch (TimeoutException late) {
            throw new LabException("work in the network " + file + " takes longer than " + LONGEST, late);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while working in the network " + file, stop);
        }
    }

    private void enter() {
        int descriptor = LibC.open(file.toString(), READ_ONLY_CLOEXEC);
        if (descriptor < 0) {
            throw new LabException("cannot open the network " + file + ": errno " + Native.getLastError());
        }
        try {
            if (LibC.setns(descriptor, CLONE_NEWNET) != 0) {
                throw new LabException("cannot enter the network " + file + ": errno " + Native.getLastError());
            }
        } finally {
            LibC.close(descriptor);
        }
    }
}
