package dev.rwo.agent.membership.gossip;

import dev.rwo.agent.refusal.RefusalLines;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Counts what is refused, and logs one line a minute for each address and reason. */
final class Refusals {

    private static final Logger LOG = Logger.getLogger(Refusals.class);
    private final Map<Refusal, Counter> counters = new EnumMap<>(Refusal.class);
    private final RefusalLines lines;

    Refusals(MeterRegistry meters, LongSupplier nanos) {
        lines = new RefusalLines(nanos);
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
        lines.warn(
                LOG,
                address,
                reason.id(),
                "gossip refused from " + address + ": it " + reason.words() + " (" + detail + ")");
    }
}
