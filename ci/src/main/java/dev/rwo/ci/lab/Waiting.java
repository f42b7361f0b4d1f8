package dev.rwo.ci.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for what cannot be listened to: looks again and again, until a deadline. */
public final class Waiting {

    private static final Duration STEP = Duration.ofMillis(50);

    private Waiting() {}

    /** {@link #await(Duration, Duration, Supplier, String)}, looking again soon. */
    public static <T> T await(Duration patience, Supplier<Optional<T>> look, String description) {
        return await(patience, STEP, look, description);
    }

    /**
     * Waits until something is there, and answers it.
     *
     * @param pause between two looks
     * @param look empty as long as it is not there; an exception counts as not there, and is the cause of what is thrown
     *     in the end
     * @param description what is waited for, for the message
     * @throws LabException when the patience ends
     */
    public static <T> T await(Duration patience, Duration pause, Supplier<Optional<T>> look, String description) {
        long deadline = System.nanoTime() + patience.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            RuntimeException last = null;
            try {
                Optional<T> found = look.get();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (LabException notYet) {
                last = notYet;
            }
            if (System.nanoTime() > deadline) {
                throw new LabException(
                        "waited " + patience.toSeconds() + " s in vain for " + description
                                + (last == null ? "" : "; in the end: " + last.getMessage()),
                        last);
            }
            try {
                never.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted while waiting for " + description, stop);
            }
        }
    }
}
