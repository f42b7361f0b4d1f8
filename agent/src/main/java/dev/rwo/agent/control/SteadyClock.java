package dev.rwo.agent.control;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that begins with the wall clock's time and never jumps: for durations that decide something. A box whose
 * battery is empty starts years ago and jumps when it finds a time server.
 */
public final class SteadyClock extends Clock {

    private final Instant begin;
    private final long origin;

    /** Beginning now. */
    public SteadyClock(Clock wall) {
        begin = wall.instant();
        origin = System.nanoTime();
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
        return begin.plus(Duration.ofNanos(System.nanoTime() - origin));
    }
}
