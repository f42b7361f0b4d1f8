package dev.rwo.agent.discovery;

import java.time.InstantSource;

/** So many a second, and a few more at once. For one thread. */
final class TokenBucket {

    private final double perMilli;
    private final double burst;
    private final InstantSource clock;
    private double tokens;
    private long filled;

    TokenBucket(double perSecond, double burst, InstantSource clock) {
        this.perMilli = perSecond / 1000;
        this.burst = burst;
        this.clock = clock;
        this.tokens = burst;
        this.filled = clock.millis();
    }

    boolean take() {
        long now = clock.millis();
        // A clock that was set back must not close it for years.
        tokens = Math.min(burst, tokens + Math.max(0, now - filled) * perMilli);
        filled = now;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
