package dev.rwo.agent.hardware;

import dev.rwo.firstboot.config.HardwareConfig;
import dev.rwo.hardware.watch.Dwell;
import dev.rwo.hardware.watch.StateThresholds;
import java.time.Duration;

/**
 * When the hardware is looked at, and when a change counts.
 *
 * @param sweep how often it is looked at when nothing is heard
 * @param dwell how long a change must last
 * @param thresholds which readings are a warning
 */
public record HardwareSettings(Duration sweep, Dwell dwell, StateThresholds thresholds) {

    /** What the operator set in rwo.yaml. */
    public static HardwareSettings of(HardwareConfig config) {
        return new HardwareSettings(
                config.sweep(),
                new Dwell(config.appear(), config.disappear(), config.stateDwell()),
                StateThresholds.DEFAULT);
    }
}
