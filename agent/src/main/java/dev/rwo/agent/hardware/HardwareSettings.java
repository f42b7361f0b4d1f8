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
                thresholds(config.thresholds()));
    }

    /** What ends a state follows from what begins it, at the distance that the defaults have. */
    private static StateThresholds thresholds(HardwareConfig.Thresholds given) {
        StateThresholds standard = StateThresholds.DEFAULT;
        StateThresholds.Pressure memory = standard.memory();
        double warnClear = given.memoryWarn() * memory.warnClear() / memory.warn();
        double badClear = Math.min(given.memoryBad() * memory.badClear() / memory.bad(), warnClear);
        return new StateThresholds(
                new StateThresholds.Thermal(
                        given.heatWarn(),
                        given.heatBad(),
                        standard.thermal().clear(),
                        standard.thermal().throttleHold()),
                new StateThresholds.Charge(
                        given.chargeBad(),
                        given.chargeBad()
                                + standard.charge().clear()
                                - standard.charge().bad()),
                new StateThresholds.Wear(given.wearWarn(), given.wearBad()),
                new StateThresholds.Pressure(
                        given.memoryWarn(),
                        warnClear,
                        given.memoryBad(),
                        badClear,
                        memory.stallBad(),
                        memory.stallClear()));
    }
}
