package dev.rwo.agent.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter on its upper half, so that boxes that fail together do not retry together.
 *
 * <p>The first retry comes after about one second: a booting engine is usually a second or two away. The ceiling is a
 * minute, the length of the slow sweep.
 */
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration CEILING = Duration.ofMinutes(1);
    private static final int LAST_DOUBLING = 6;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void reset() {
        failures = 0;
    }

    /** The wait before the next try, between a half and the whole of 1, 2, 4 ... 60 s. */
    Duration next() {
        long whole = Math.min(FIRST.toMillis() << Math.min(failures, LAST_DOUBLING), CEILING.toMillis());
        failures++;
        return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
    }
}
