package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How single events become reasons to look. */
class BurstCollectorTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MILLI = 1_000_000;

    private final BurstCollector collector = new BurstCollector(InstantSource.fixed(START));

    @Test
    void aPluggedDeviceIsOneBurstAfterAQuietTenthOfASecond() {
        assertThat(collector.remaining(0)).isEmpty();
        collector.event("add usb 1-2", 0);
        collector.event("add usb 1-2:1.0", 20 * MILLI);
        assertThat(collector.finished(119 * MILLI)).isEmpty();
        assertThat(collector.remaining(119 * MILLI)).contains(MILLI);

        assertThat(collector.finished(120 * MILLI))
                .contains(new Burst(2, false, List.of("add usb 1-2", "add usb 1-2:1.0"), START));
        assertThat(collector.finished(500 * MILLI)).isEmpty();
        assertThat(collector.remaining(500 * MILLI)).isEmpty();
    }

    @Test
    void eventsWithoutEndMakeABurstEveryHalfSecondAndNoList() {
        List<Burst> bursts = new ArrayList<>();
        for (int number = 0; number < 10_000; number++) {
            collector.event("add usb 1-" + number, number * MILLI);
            collector.finished(number * MILLI).ifPresent(bursts::add);
        }

        assertThat(bursts).hasSizeBetween(19, 20).allSatisfy(burst -> {
            assertThat(burst.count()).isEqualTo(501);
            assertThat(burst.causes()).hasSize(8);
        });
        assertThat(bursts.getFirst().summary()).endsWith("add usb 1-7 and 493 more");
    }

    @Test
    void lostEventsAreABurstOfTheirOwn() {
        collector.lost(0);

        Burst burst = collector.finished(100 * MILLI).orElseThrow();
        assertThat(burst).isEqualTo(new Burst(0, true, List.of(), START));
        assertThat(burst.summary()).isEqualTo("events were lost");
    }

    @Test
    void theSameCauseIsNamedOnce() {
        collector.event("change drm card0", 0);
        collector.event("change drm card0", 1);

        assertThat(collector.finished(100 * MILLI + 1).orElseThrow().causes()).containsExactly("change drm card0");
    }
}
