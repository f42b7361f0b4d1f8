package dev.rwo.ci.sim;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** As the agent's own {@code SteadyClock}: it begins with the wall clock of the agent's start, and never jumps. */
final class BoxClock extends Clock {

    private final Box box;
    private final Instant begin;
    private final Instant origin;

    BoxClock(Box box) {
        this.box = box;
        this.begin = box.wall();
        this.origin = box.steady();
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
        return begin.plus(Duration.between(origin, box.steady()));
    }
}
