package dev.rwo.firstboot.config;

import java.time.Duration;

/**
 * When a change of the hardware counts.
 *
 * @param sweep how often the whole hardware is looked at, even when nothing was heard of
 * @param appear how long after the first sight of something new a second look must confirm it
 * @param disappear how long something must be gone, or another, before its label goes: a label that goes evicts tasks
 * @param stateDwell how long a state (thermal, power, disk health, memory) must have improved before it counts
 * @param thresholds from which readings on a state is a warning, or bad
 */
public record HardwareConfig(
        Duration sweep, Duration appear, Duration disappear, Duration stateDwell, Thresholds thresholds) {

    /**
     * Where states begin.
     *
     * @param heatWarn kelvin below a sensor's critical temperature, 1 to 50; more than {@code heatBad}
     * @param heatBad kelvin below a sensor's critical temperature, 0 to 49
     * @param chargeBad percent of a battery or UPS that feeds the box, 0 to 90
     * @param wearWarn percent of a disk's endurance, 1 to 255; at most {@code wearBad}
     * @param wearBad percent of a disk's endurance, 1 to 255
     * @param memoryWarn percent of the memory that is available, 0 to 60; at least {@code memoryBad}
     * @param memoryBad percent of the memory that is available, 0 to 60
     */
    public record Thresholds(
            int heatWarn, int heatBad, int chargeBad, int wearWarn, int wearBad, int memoryWarn, int memoryBad) {

        /** Where the numbers come from stands with the code that judges. */
        public static final Thresholds DEFAULT = new Thresholds(10, 3, 20, 90, 100, 10, 3);
    }

    /** Decision 8 of the design. */
    public static final HardwareConfig DEFAULT = new HardwareConfig(
            Duration.ofSeconds(60),
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Thresholds.DEFAULT);
}
