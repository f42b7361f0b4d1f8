package dev.rwo.agent.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLinesTest {

    private final AtomicLong now = new AtomicLong();
    private final RefusalLines lines = new RefusalLines(now::get);

    @Test
    void eachAddressAndReasonHasOneLineAMinuteThatSaysHowManyThereWere() {
        assertThat(lines.admit("192.0.2.1", "expired")).hasValue(0);
        assertThat(lines.admit("192.0.2.1", "expired")).isEmpty();
        assertThat(lines.admit("192.0.2.1", "expired")).isEmpty();
        assertThat(lines.admit("192.0.2.1", "revoked")).hasValue(0);
        assertThat(lines.admit("192.0.2.2", "expired")).hasValue(0);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(lines.admit("192.0.2.1", "expired")).hasValue(2);
    }

    @Test
    void aThousandAddressesFillNeitherLogNorMemoryAndAreHeardAgainLater() {
        long spoken = 0;
        for (int n = 0; n < 1000; n++) {
            spoken += lines.admit("10.9.9." + n, "forged").isPresent() ? 1 : 0;
        }
        assertThat(spoken).isEqualTo(256);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(lines.admit("10.9.9.999", "forged")).hasValue(0);
    }
}
