package dev.rwo.hardware.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.hardware.Fact;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The labels that count and what is on its way to count. Immutable; kept across restarts as JSON.
 *
 * @param labels the labels that count
 * @param pending changes that were seen and do not count yet, by key
 * @param states what the dynamic states remember
 * @param lookedAt the last look; null before the first, which counts at once
 */
public record StableLabels(
        SortedMap<String, String> labels,
        SortedMap<String, Pending> pending,
        StateMemory states,
        @Nullable Instant lookedAt) {

    /** Nobody ever looked. */
    public static final StableLabels EMPTY =
            new StableLabels(new TreeMap<>(), new TreeMap<>(), StateMemory.EMPTY, null);

    private static final int VERSION = 1;

    /**
     * A change that was seen.
     *
     * @param value what the label would become; null when it would go
     * @param since the first look of the unbroken row of looks that saw it
     * @param cause what made somebody look then
     */
    public record Pending(@Nullable String value, Instant since, String cause) {}

    /** Copies the maps. */
    public StableLabels {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        pending = Collections.unmodifiableSortedMap(new TreeMap<>(pending));
    }

    /** The same labels with what {@link DynamicStates#assess} remembers; to be done before the look. */
    StableLabels with(StateMemory memory) {
        return new StableLabels(labels, pending, memory, lookedAt);
    }

    /**
     * The same labels with every pending change forgotten: for a start of the agent, because nobody knows what happened
     * while nobody looked, and early in a boot devices are missing that only come up late.
     */
    public StableLabels afterRestart() {
        return new StableLabels(labels, new TreeMap<>(), states, lookedAt);
    }

    /** As JSON; {@link #fromJson} reads it without loss. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
        if (lookedAt != null) {
            json.put("lookedAt", lookedAt.toString());
        }
        texts(json.putObject("labels"), labels);
        ObjectNode changes = json.putObject("pending");
        pending.forEach((key, change) -> changes.putObject(key)
                .put("value", change.value())
                .put("since", change.since().toString())
                .put("cause", change.cause()));
        ObjectNode memory = json.putObject("states");
        if (states.throttleEvents() != null) {
            memory.put("throttleEvents", states.throttleEvents());
        }
        if (states.throttledAt() != null) {
            memory.put("throttledAt", states.throttledAt().toString());
        }
        texts(memory.putObject("sources"), states.sources());
        return json;
    }

    private static void texts(ObjectNode json, Map<String, String> texts) {
        texts.forEach(json::put);
    }

    /**
     * Reads what {@link #toJson} wrote. Anything else, also of another version, is unknown with a reason of one line: the
     * caller begins with {@link #EMPTY} and says so.
     */
    public static Fact<StableLabels> fromJson(JsonNode json) {
        if (json.path("version").asInt(-1) != VERSION || !json.path("version").isInt()) {
            return Fact.unknown("the stored labels are not of version " + VERSION + " but "
                    + shown(json.path("version")) + "; they are ignored");
        }
        try {
            SortedMap<String, Pending> pending = new TreeMap<>();
            for (Map.Entry<String, JsonNode> change :
                    object(json.path("pending"), "pending").properties()) {
                pending.put(change.getKey(), pending(change.getValue()));
            }
            return Fact.known(new StableLabels(
                    texts(json.path("labels"), "labels"),
                    pending,
                    states(json.path("states")),
                    instant(json.path("lookedAt"))));
        } catch (Malformed malformed) {
            return Fact.unknown("the stored labels are damaged: " + malformed.getMessage() + "; they are ignored");
        }
    }

    private static Pending pending(JsonNode json) throws Malformed {
        Instant since = instant(json.path("since"));
        if (since == null) {
            throw new Malformed("a pending change has no 'since'");
        }
        JsonNode value = json.path("value");
        return new Pending(value.isNull() ? null : text(value, "value"), since, text(json.path("cause"), "cause"));
    }

    private static StateMemory states(JsonNode json) throws Malformed {
        JsonNode count = object(json, "states").path("throttleEvents");
        if (!count.isMissingNode() && !(count.isIntegralNumber() && count.canConvertToLong())) {
            throw new Malformed("'throttleEvents' is " + shown(count));
        }
        return new StateMemory(
                count.isMissingNode() ? null : Long.valueOf(count.longValue()),
                instant(json.path("throttledAt")),
                texts(json.path("sources"), "sources"));
    }

    private static SortedMap<String, String> texts(JsonNode json, String name) throws Malformed {
        SortedMap<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : object(json, name).properties()) {
            texts.put(entry.getKey(), text(entry.getValue(), entry.getKey()));
        }
        return texts;
    }

    private static JsonNode object(JsonNode json, String name) throws Malformed {
        if (!json.isObject()) {
            throw new Malformed("'" + name + "' is " + shown(json));
        }
        return json;
    }

    private static String text(JsonNode json, String name) throws Malformed {
        if (!json.isTextual()) {
            throw new Malformed("'" + name + "' is " + shown(json));
        }
        return json.textValue();
    }

    private static @Nullable Instant instant(JsonNode json) throws Malformed {
        if (json.isMissingNode()) {
            return null;
        }
        try {
            return Instant.parse(text(json, "a time"));
        } catch (DateTimeException noTime) {
            throw new Malformed("no time: " + shown(json));
        }
    }

    private static String shown(JsonNode json) {
        String text = json.isValueNode() ? json.asText() : json.getNodeType().name();
        return "'" + text.substring(0, Math.min(40, text.length())).replaceAll("\\p{Cntrl}", "?") + "'";
    }

    /** The JSON has not the form that we wrote. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String problem) {
            super(problem, null, false, false);
        }
    }
}
