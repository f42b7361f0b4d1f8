package dev.rwo.agent.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a box stands with its OS.
 *
 * @param running the OS version that runs; empty when the box cannot tell
 * @param slot the slot it runs from, {@code a} or {@code b}; empty when this OS has no slots (RWO as a plug-in on another's image):
 *     such a box is not upgraded by us
 * @param phase what is under way
 * @param target the version that is installed or tried, or was last; empty when none
 * @param percent how far installing is, 0 to 100
 * @param problem why the last one failed, one line; empty when it did not
 * @param refused versions that failed here, with the reason; refused until an operator clears them
 * @param stored bundles kept here for others, by ID, with how many percent of them are there
 */
public record NodeUpgrade(
        String running,
        String slot,
        Phase phase,
        String target,
        int percent,
        String problem,
        SortedMap<String, String> refused,
        SortedMap<String, Integer> stored) {

    /** What is under way. */
    public enum Phase {
        /** Nothing; what runs is good. */
        IDLE,
        /** {@code target} is being written to the other slot. */
        STAGING,
        /** {@code target} is in the other slot, verified, and boots when it is told to. */
        STAGED,
        /** The box is about to restart into {@code target}. */
        REBOOTING,
        /** What runs is on trial: it must show within its time that it is well, or the other slot boots again. */
        TRIAL,
        /** {@code target} could not be installed, or did not pass its trial; {@code problem} says why. */
        FAILED;

        /** The word in JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the maps. */
    public NodeUpgrade {
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
        stored = Collections.unmodifiableSortedMap(new TreeMap<>(stored));
    }

    /** Whether the box runs this version, and has shown that it is well with it. */
    public boolean isGoodWith(OsVersion version) {
        return running.equals(version.text()) && phase != Phase.TRIAL && phase != Phase.REBOOTING;
    }

    /** Whether all of a bundle is kept here. */
    public boolean has(Bundle bundle) {
        return stored.getOrDefault(bundle.id(), 0) == 100;
    }

    /** As JSON. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("running", running)
                .put("slot", slot)
                .put("phase", phase.word())
                .put("target", target)
                .put("percent", percent)
                .put("problem", problem);
        refused.forEach(json.putObject("refused")::put);
        stored.forEach(json.putObject("stored")::put);
        return json;
    }

    /**
     * From JSON.
     *
     * @throws IllegalArgumentException when the phase is none
     */
    public static NodeUpgrade read(JsonNode json) {
        SortedMap<String, String> refused = new TreeMap<>();
        json.path("refused")
                .properties()
                .forEach(each -> refused.put(each.getKey(), each.getValue().asText()));
        SortedMap<String, Integer> stored = new TreeMap<>();
        json.path("stored")
                .properties()
                .forEach(each -> stored.put(each.getKey(), each.getValue().asInt()));
        return new NodeUpgrade(
                json.path("running").asText(),
                json.path("slot").asText(),
                Phase.valueOf(json.path("phase").asText().toUpperCase(Locale.ROOT)),
                json.path("target").asText(),
                json.path("percent").asInt(),
                json.path("problem").asText(),
                refused,
                stored);
    }
}
