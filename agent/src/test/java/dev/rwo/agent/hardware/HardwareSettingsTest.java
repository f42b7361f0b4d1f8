package dev.rwo.agent.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.config.HardwareConfig;
import dev.rwo.firstboot.config.NodeConfigReader;
import dev.rwo.hardware.watch.Dwell;
import dev.rwo.hardware.watch.StateThresholds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareSettingsTest {

    @Test
    void theDefaultsOfRwoYamlAreThoseOfTheWatch() {
        HardwareSettings settings = HardwareSettings.of(HardwareConfig.DEFAULT);
        assertThat(settings.dwell()).isEqualTo(Dwell.DEFAULT);
        assertThat(settings.thresholds()).isEqualTo(StateThresholds.DEFAULT);
    }

    /** A box must come up whatever stands in a file that was accepted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hardware: {heatWarn: 1, heatBad: 0, chargeBad: 0, wearWarn: 1, wearBad: 1, memoryWarn: 0, memoryBad: 0}",
                "hardware: {heatWarn: 50, heatBad: 49, chargeBad: 90, wearWarn: 255, wearBad: 255, memoryWarn: 60,"
                        + " memoryBad: 60}",
                "hardware: {heatWarn: 2, wearBad: 5, memoryWarn: 1}",
                "hardware: {sweep: 10s, appear: 0s, disappear: 1s, stateDwell: 0s}",
                "hardware: {sweep: 1h, appear: 1h, disappear: 1h, stateDwell: 1h}"
            })
    void everythingThatRwoYamlAcceptsIsAccepted(String yaml) {
        NodeConfigReader.Result read = NodeConfigReader.read("rwo.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        assertThat(read.problems()).isEmpty();
        assertThat(HardwareSettings.of(read.config().hardware()).thresholds()).isNotNull();
    }
}
