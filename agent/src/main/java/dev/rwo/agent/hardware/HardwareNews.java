package dev.rwo.agent.hardware;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.event.NodeEvents;
import dev.rwo.agent.hardware.HardwareMemory.Memory;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.watch.ChangeHistory;
import dev.rwo.hardware.watch.DynamicStates;
import dev.rwo.hardware.watch.LabelChange;
import dev.rwo.hardware.watch.StateLevel;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Tells of the hardware: history on disk, event stream, metrics, log, and the other controllers. */
final class HardwareNews {

    private static final Logger LOG = Logger.getLogger(HardwareNews.class);

    private final ChangeHistory history;
    private final NodeEvents events;
    private final MeterRegistry meters;
    private final Consumer<Topic> topics;
    private final AtomicInteger labels;
    private final AtomicInteger unknown;
    private final Map<String, AtomicInteger> states = new ConcurrentHashMap<>();
    private boolean first = true;

    /** @param topics told {@link Topic#HARDWARE} */
    HardwareNews(ChangeHistory history, NodeEvents events, MeterRegistry meters, Consumer<Topic> topics) {
        this.history = history;
        this.events = events;
        this.meters = meters;
        this.topics = topics;
        this.labels = meters.gauge("rwo.hardware.labels", new AtomicInteger());
        this.unknown = meters.gauge("rwo.hardware.unknown", new AtomicInteger());
    }

    /** What the last run remembered; said in the log when it cannot be used. */
    Memory recovered(Fact<Memory> stored) {
        if (stored instanceof Fact.Unknown<Memory>(String reason) && !reason.isEmpty()) {
            LOG.warnf("hardware: what counted before is not known: %s", reason);
        }
        return stored.orElse(Memory.EMPTY);
    }

    /** Measures a look. */
    void looked(HardwareLook.Seen seen, boolean everything) {
        meters.timer("rwo.hardware.look", "kind", everything ? "full" : "sweep").record(seen.took());
        if (first) {
            LOG.infof("hardware: %s after %d ms", seen, seen.took().toMillis());
        }
    }

    /** Tells what counts now and what of it is new. A history that cannot be written fails, after all were told. */
    Outcome tell(NodeFacts facts, List<LabelChange> changes) {
        boolean start = first;
        first = false;
        measure(facts, changes);
        for (LabelChange change : changes) {
            // The first look of a box's life is no change of its hardware: one line for all is enough.
            if (!start || change.oldValue() != null) {
                LOG.infof(
                        "hardware: %s %s -> %s (%s)",
                        change.key(), change.oldValue(), change.newValue(), change.cause());
                events.publish("hardware.label", json(change));
            }
        }
        events.publish(
                "hardware.profile",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("revision", facts.revision())
                        .put("labels", facts.labels().size()));
        topics.accept(Topic.HARDWARE);
        try {
            history.append(changes);
            return Outcome.applied();
        } catch (IOException unwritable) {
            return new Outcome.Failed(String.valueOf(unwritable.getMessage()));
        }
    }

    private void measure(NodeFacts facts, List<LabelChange> changes) {
        labels.set(facts.labels().size());
        unknown.set(facts.unknown().keys().size() + facts.unknown().prefixes().size());
        for (LabelChange change : changes) {
            String kind = change.oldValue() == null ? "appeared" : change.newValue() == null ? "gone" : "changed";
            meters.counter("rwo.hardware.label.changes", "kind", kind).increment();
        }
        for (String key : DynamicStates.KEYS) {
            StateLevel.of(facts.labels().get(key))
                    .ifPresent(level -> states.computeIfAbsent(key, this::gauge).set(number(level)));
        }
    }

    /** As the metric's users know it, whatever the order of the constants. */
    private static int number(StateLevel level) {
        return switch (level) {
            case OK -> 0;
            case WARN -> 1;
            case BAD -> 2;
        };
    }

    /** See {@link #number}. */
    private AtomicInteger gauge(String key) {
        String state = key.substring(key.lastIndexOf('.') + 1);
        return meters.gauge(
                "rwo.hardware.state",
                List.of(io.micrometer.core.instrument.Tag.of("state", state)),
                new AtomicInteger());
    }

    /** A change as the API shows it. */
    static ObjectNode json(LabelChange change) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("time", change.at().toString())
                .put("key", change.key())
                .put("old", change.oldValue())
                .put("new", change.newValue())
                .put("cause", change.cause());
    }
}
