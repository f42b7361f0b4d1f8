package dev.rwo.agent.membership.gossip;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Counts what is refused, and logs one line a minute for each address and reason. */
final class Refusals {

    private static final Logger LOG = Logger.getLogger(Refusals.class);
    private static final Duration QUIET = Duration.ofMinutes(1);
    /** An attacker chooses his addresses: what is remembered of them is bounded. */
    private static final int REMEMBERED = 256;

    private record Line(String address, Refusal reason) {}

    private final Map<Refusal, Counter> counters = new EnumMap<>(Refusal.class);
    private final LongSupplier nanos;
    private final Map<Line, Long> logged = new LinkedHashMap<>();

    Refusals(MeterRegistry meters, LongSupplier nanos) {
        this.nanos = nanos;
        for (Refusal reason : Refusal.values()) {
            counters.put(
                    reason,
                    Counter.builder("rwo.gossip.refused")
                            .description("Connections and frames of gossip that were refused")
                            .tag("reason", reason.id())
                            .register(meters));
        }
    }

    void refuse(String address, Refusal reason, String detail) {
        Counter counter = counters.get(reason);
        if (counter != null) {
            counter.increment();
        }
        if (speaks(new Line(address, reason))) {
            LOG.warnf("rwo: gossip refused from %s: it %s (%s)", address, reason.words(), detail);
        }
    }

    private synchronized boolean speaks(Line line) {
        long now = nanos.getAsLong();
        logged.values().removeIf(at -> now - at >= QUIET.toNanos());
        if (logged.containsKey(line) || logged.size() >= REMEMBERED) {
            return false;
        }
        logged.put(line, now);
        return true;
    }
}
