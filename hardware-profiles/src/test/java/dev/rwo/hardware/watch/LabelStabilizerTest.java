package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.hardware.watch.LabelStabilizer.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an operator sees when something is plugged, unplugged, unknown or hot. */
class LabelStabilizerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String GPU = "edge.gpu.intel";
    private static final String KIND = "edge.disk.kind";

    private final LabelStabilizer stabilizer = new LabelStabilizer(Dwell.DEFAULT);
    private StableLabels state = StableLabels.EMPTY;
    private Decision last = new Decision(state, java.util.List.of());

    private void look(double seconds, Map<String, String> seen, String... unknown) {
        Instant now = START.plusNanos((long) (seconds * 1e9));
        last = stabilizer.look(state, new TreeMap<>(seen), Set.of(unknown), now, "look at " + seconds);
        state = last.labels();
    }

    private Map<String, String> labels() {
        return state.labels();
    }

    @Test
    void theFirstLookCountsAtOnce() {
        look(0, Map.of(GPU, "true"));

        assertThat(labels()).containsExactly(Map.entry(GPU, "true"));
        assertThat(last.changes()).containsExactly(new LabelChange(START, GPU, null, "true", "look at 0.0"));
        assertThat(stabilizer.nextLook(state)).isEmpty();
    }

    @Test
    void somethingNewCountsWithTheConfirmingLook() {
        look(0, Map.of());
        look(5, Map.of(GPU, "true"));
        assertThat(labels()).isEmpty();
        assertThat(stabilizer.nextLook(state)).contains(START.plusMillis(5200));

        look(5.1, Map.of(GPU, "true"));
        assertThat(labels()).as("too early to confirm").isEmpty();
        look(5.2, Map.of(GPU, "true"));

        assertThat(labels()).containsKey(GPU);
        assertThat(last.changes()).singleElement().satisfies(change -> {
            assertThat(change.at()).isEqualTo(START.plusMillis(5200));
            assertThat(change.cause()).as("what made it seen first").isEqualTo("look at 5.0");
        });
    }

    @Test
    void falseThatTurnsTrueCountsLikeSomethingNewAndBackLikeSomethingGone() {
        look(0, Map.of(KIND, "false"));
        look(1, Map.of(KIND, "true"));
        look(1.2, Map.of(KIND, "true"));
        assertThat(labels()).containsEntry(KIND, "true");

        look(2, Map.of(KIND, "false"));
        look(11.9, Map.of(KIND, "false"));
        assertThat(labels()).containsEntry(KIND, "true");
        look(12, Map.of(KIND, "false"));
        assertThat(labels()).containsEntry(KIND, "false");
    }

    @Test
    void fiveSecondsUnpluggedChangeNothing() {
        look(0, Map.of(GPU, "true"));
        look(1, Map.of());
        look(6, Map.of(GPU, "true"));
        look(12, Map.of(GPU, "true"));

        assertThat(labels()).containsKey(GPU);
        assertThat(state.pending()).isEmpty();
    }

    @Test
    void aLastingUnplugCountsAfterTheDwellOnly() {
        look(0, Map.of(GPU, "true"));
        look(1, Map.of());
        assertThat(stabilizer.nextLook(state)).contains(START.plusSeconds(11));
        look(10.9, Map.of());
        assertThat(labels()).containsKey(GPU);
        look(11, Map.of());

        assertThat(labels()).isEmpty();
        assertThat(last.changes())
                .containsExactly(new LabelChange(START.plusSeconds(11), GPU, "true", null, "look at 1.0"));
    }

    @Test
    void anotherValueMustBeTheSameToTheEnd() {
        look(0, Map.of(KIND, "ssd"));
        look(1, Map.of(KIND, "hdd"));
        look(6, Map.of(KIND, "nvme"));
        look(11, Map.of(KIND, "nvme"));
        assertThat(labels()).containsEntry(KIND, "ssd");
        look(16, Map.of(KIND, "nvme"));
        assertThat(labels()).containsEntry(KIND, "nvme");
    }

    @Test
    void unknownStopsADisappearanceAndNeverStartsOne() {
        look(0, Map.of(GPU, "true"));
        look(1, Map.of());
        look(9, Map.of(), GPU);
        look(12, Map.of());
        look(21.9, Map.of());
        assertThat(labels()).containsKey(GPU);
        look(22, Map.of());
        assertThat(labels()).isEmpty();
        look(30, Map.of(), GPU);
        assertThat(labels()).isEmpty();
    }

    @Test
    void aClockThatIsSetBackStartsTheWaitAgain() {
        look(0, Map.of(GPU, "true"));
        look(100, Map.of());
        look(-1000, Map.of());
        look(-991, Map.of());
        assertThat(labels()).containsKey(GPU);
        look(-990, Map.of());
        assertThat(labels()).isEmpty();
    }

    @Test
    void aClockThatLeapsYearsAheadStillNeedsASecondLook() {
        look(0, Map.of(GPU, "true"));
        look(1e9, Map.of());
        assertThat(labels()).containsKey(GPU);
        look(1e9 + 10, Map.of());
        assertThat(labels()).isEmpty();
    }

    @Test
    void theEndsOfTimeAreNoAccident() {
        for (Instant now : new Instant[] {Instant.MAX, Instant.MIN, Instant.MAX, Instant.EPOCH}) {
            for (Map<String, String> seen : java.util.List.of(Map.of(GPU, "true"), Map.<String, String>of())) {
                state = stabilizer
                        .look(state, new TreeMap<>(seen), Set.of(), now, "test")
                        .labels();
                assertThat(stabilizer.nextLook(state)).isNotNull();
                assertThat(StableLabels.fromJson(state.toJson()).orElse(StableLabels.EMPTY))
                        .isEqualTo(state);
            }
        }
    }

    @Test
    void aStateGetsWorseSoonAndBetterLate() {
        look(0, Map.of(DynamicStates.THERMAL, "ok"));
        look(1, Map.of(DynamicStates.THERMAL, "bad"));
        look(1.2, Map.of(DynamicStates.THERMAL, "bad"));
        assertThat(labels()).containsEntry(DynamicStates.THERMAL, "bad");

        look(2, Map.of(DynamicStates.THERMAL, "ok"));
        look(61.9, Map.of(DynamicStates.THERMAL, "ok"));
        assertThat(labels()).containsEntry(DynamicStates.THERMAL, "bad");
        look(62, Map.of(DynamicStates.THERMAL, "ok"));
        assertThat(labels()).containsEntry(DynamicStates.THERMAL, "ok");
    }

    @Test
    void aStateThatSwingsWhileItImprovesImprovesToTheWorstOfTheSwing() {
        look(0, Map.of(DynamicStates.THERMAL, "bad"));
        for (int second = 1; second <= 60; second++) {
            look(second, Map.of(DynamicStates.THERMAL, second % 2 == 0 ? "warn" : "ok"));
        }
        look(61, Map.of(DynamicStates.THERMAL, "ok"));

        assertThat(labels()).containsEntry(DynamicStates.THERMAL, "warn");
        look(121, Map.of(DynamicStates.THERMAL, "ok"));
        assertThat(labels()).containsEntry(DynamicStates.THERMAL, "ok");
    }

    @Test
    void aRestartForgetsWhatWasPendingAndNoLabel() {
        look(0, Map.of(GPU, "true"));
        look(1, Map.of());
        state = state.afterRestart();
        look(60, Map.of());

        assertThat(labels()).containsKey(GPU);
        assertThat(stabilizer.nextLook(state)).contains(START.plusSeconds(70));
    }

    @Test
    void dwellOutOfRangeIsRefusedWithItsName() {
        assertThatThrownBy(() -> new Dwell(Duration.ofMillis(-1), Duration.ofSeconds(10), Duration.ZERO))
                .hasMessage("dwell 'appear' is PT-0.001S, it must be from PT0S to PT1H; correct the setting");
        assertThatThrownBy(() -> new Dwell(Duration.ZERO, Duration.ofMillis(999), Duration.ZERO))
                .hasMessageContaining("'disappear'");
        assertThatThrownBy(() -> new Dwell(Duration.ZERO, Duration.ofSeconds(10), Duration.ofDays(1)))
                .hasMessageContaining("'stateDwell'");
    }
}
