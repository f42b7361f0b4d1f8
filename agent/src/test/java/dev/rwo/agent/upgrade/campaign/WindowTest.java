package dev.rwo.agent.upgrade.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {

    @ParameterizedTest
    @CsvSource({
        "01:00-05:00, 2026-12-01T01:00:00Z, true",
        "01:00-05:00, 2026-12-01T05:00:00Z, false",
        "22:00-05:00, 2026-12-01T23:00:00Z, true",
        "22:00-05:00, 2026-12-01T04:59:59Z, true",
        "22:00-05:00, 2026-12-01T12:00:00Z, false",
        "01:00-05:00 Europe/Berlin, 2026-12-01T00:30:00Z, true",
        "01:00-05:00 Europe/Berlin, 2026-07-01T03:30:00Z, false",
    })
    void aMomentIsInItOrNot(String window, Instant moment, boolean in) {
        assertThat(Window.parse(window).contains(moment)).isEqualTo(in);
        assertThat(Window.parse(Window.parse(window).toString())).isEqualTo(Window.parse(window));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1-5", "25:00-05:00", "05:00-05:00", "01:00-05:00 Mars/Olympus", "01:00-05:00\n"})
    void whatIsNoneIsRefusedInOneLine(String text) {
        assertThatThrownBy(() -> Window.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no window: give two times and the time zone")
                .hasMessageNotContaining("\n");
    }
}
