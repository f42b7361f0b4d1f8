package dev.rwo.hardware.watch;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Gathers events into bursts: a burst ends when nothing came for 100 ms, or 500 ms after its first event. One plugged
 * device makes some ten events within 20 ms (each interface, each partition); half a second at most keeps a label within
 * the second that the design promises. Holds eight causes and a number, whatever the rate. For one thread.
 */
final class BurstCollector {
    static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MOST_CAUSES = 8;

    private final InstantSource clock;
    private final Set<String> causes = new LinkedHashSet<>();
    private boolean open;
    private boolean lost;
    private int count;
    private Instant first = Instant.EPOCH;
    private long firstNanos;
    private long lastNanos;

    BurstCollector(InstantSource clock) {
        this.clock = clock;
    }

    void event(String cause, long nanos) {
        touch(nanos);
        count = count == Integer.MAX_VALUE ? count : count + 1;
        if (causes.size() < MOST_CAUSES) {
            causes.add(cause);
        }
    }

    /** Events were dropped; nobody knows which. */
    void lost(long nanos) {
        touch(nanos);
        lost = true;
    }

    private void touch(long nanos) {
        if (!open) {
            open = true;
            first = clock.instant();
            firstNanos = nanos;
        }
        lastNanos = nanos;
    }

    /** Nanoseconds until the burst ends, 0 when it has; empty when there is none. */
    Optional<Long> remaining(long nanos) {
        if (!open) {
            return Optional.empty();
        }
        long quiet = QUIET_NANOS - (nanos - lastNanos);
        long longest = LONGEST_NANOS - (nanos - firstNanos);
        return Optional.of(Math.max(0, Math.min(quiet, longest)));
    }

    /** The burst if it has ended, and begins anew. */
    Optional<Burst> finished(long nanos) {
        if (remaining(nanos).orElse(1L) > 0) {
            return Optional.empty();
        }
        Burst burst = new Burst(count, lost, new ArrayList<>(causes), first);
        causes.clear();
        open = false;
        lost = false;
        count = 0;
        return Optional.of(burst);
    }
}
