package dev.rwo.agent.control;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * A clock that begins with the wall clock's time and never jumps: for durations that decide something. A box whose
 * battery is empty starts years ago and jumps when it finds a time server.
 */
public final class SteadyClock extends Clock {

    private final Instant begin;
    private final LongSupplier nanos;
    private final long origin;

    /** Beginning now. */
    public SteadyClock(Clock wall) {
        this(wall, System::nanoTime);
    }

    /**
     * Beginning now, in a time of its own, as a simulation has.
     *
     * @param nanos what {@link System#nanoTime} is there
     */
    public SteadyClock(Clock wall, LongSupplier nanos) {
        begin = wall.instant();
        this.nanos = nanos;
        origin = nanos.getAsLong();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return begin.plus(Duration.ofNanos(nanos.getAsLong() - origin));
    }
}
