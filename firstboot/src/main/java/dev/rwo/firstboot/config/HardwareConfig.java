package dev.rwo.firstboot.config;

import java.time.Duration;

/**
 * When a change of the hardware counts.
 *
 * @param sweep how often the whole hardware is looked at, even when nothing was heard of
 * @param appear how long after the first sight of something new a second look must confirm it
 * @param disappear how long something must be gone, or another, before its label goes: a label that goes evicts tasks
 * @param stateDwell how long a state (thermal, power, disk health, memory) must have improved before it counts
 */
public record HardwareConfig(Duration sweep, Duration appear, Duration disappear, Duration stateDwell) {

    /** Decision 8 of the design. */
    public static final HardwareConfig DEFAULT = new HardwareConfig(
            Duration.ofSeconds(60), Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(60));
}
