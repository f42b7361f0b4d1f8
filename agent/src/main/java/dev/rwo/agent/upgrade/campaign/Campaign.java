package dev.rwo.agent.upgrade.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.upgrade.Bundle;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A rolling upgrade, as much of it as cannot be read from the boxes themselves: one label of the cluster. Boxes of two
 * versions read it while it runs, so fields may be added, and none may change its meaning.
 *
 * @param order tells it from others: the cluster's version index before it
 * @param bundle what is installed
 * @param source the URL it comes from; empty when it was put on a box
 * @param holder the node ID of the box that it was put on; empty when it comes from a URL
 * @param settings how
 * @param state how far
 * @param reason why it is halted; empty when it is not
 * @param startedAt when, for people; decides nothing
 * @param ordered boxes that were told to stage it since the start or the last resume: what failed there before is not of now
 * @param sick services that had too few tasks before: they are not waited for
 */
public record Campaign(
        long order,
        Bundle bundle,
        String source,
        String holder,
        Settings settings,
        State state,
        String reason,
        Instant startedAt,
        SortedSet<String> ordered,
        SortedSet<String> sick) {

    /** The label of the cluster that holds it. */
    public static final String LABEL = "rwo.campaign";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How far a campaign is. */
    public enum State {
        /** Goes on by itself. */
        RUNNING,
        /** Takes no further box; those in hand are given back as soon as they are well. */
        HALTED,
        /** Gives back what is in hand and tidies up. */
        ABORTING,
        /** Was given up. */
        ABORTED,
        /** Every box runs the version. */
        DONE;

        /** The word in JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether another campaign may begin. */
        public boolean isOver() {
            return this == ABORTED || this == DONE;
        }
    }

    /** Copies the sets. */
    public Campaign {
        ordered = Collections.unmodifiableSortedSet(new TreeSet<>(ordered));
        sick = Collections.unmodifiableSortedSet(new TreeSet<>(sick));
    }

    /** The version that is installed, as text. */
    public String version() {
        return bundle.version().text();
    }

    /** The same in another state. */
    public Campaign with(State other, String why) {
        return new Campaign(order, bundle, source, holder, settings, other, why, startedAt, ordered, sick);
    }

    /** The same, a box having been told to stage. */
    public Campaign withOrdered(String box) {
        SortedSet<String> more = new TreeSet<>(ordered);
        more.add(box);
        return new Campaign(order, bundle, source, holder, settings, state, reason, startedAt, more, sick);
    }

    /** Going on: what failed is tried again, and services that are sick now are not waited for. */
    public Campaign resumed(SortedSet<String> sickNow) {
        return new Campaign(
                order, bundle, source, holder, settings, State.RUNNING, "", startedAt, new TreeSet<>(), sickNow);
    }

    /** The campaign in a cluster's labels; empty when there is none, or none that can be read. */
    public static Optional<Campaign> in(Map<String, String> cluster) {
        try {
            String text = cluster.getOrDefault(LABEL, "");
            return text.isEmpty() ? Optional.empty() : Optional.of(read(JSON.readTree(text)));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    /** The cluster's labels with this one in place of any other. */
    public SortedMap<String, String> addedTo(Map<String, String> cluster) {
        SortedMap<String, String> labels = new TreeMap<>(cluster);
        labels.put(LABEL, toJson().toString());
        return labels;
    }

    /** As JSON. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("order", order);
        json.set("bundle", bundle.toJson());
        json.put("source", source).put("holder", holder);
        Window window = settings.window();
        json.putObject("settings")
                .put("window", window == null ? "" : window.toString())
                .put("maxUnavailable", settings.maxUnavailable())
                .put("canary", settings.canary())
                .put("allowOlder", settings.allowOlder());
        json.put("state", state.word()).put("reason", reason).put("startedAt", startedAt.toString());
        ordered.forEach(json.putArray("ordered")::add);
        sick.forEach(json.putArray("sick")::add);
        return json;
    }

    private static Campaign read(JsonNode json) {
        return new Campaign(
                json.path("order").asLong(),
                Bundle.read(json.path("bundle")),
                json.path("source").asText(),
                json.path("holder").asText(),
                settings(json.path("settings")),
                State.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT)),
                json.path("reason").asText(),
                Instant.parse(json.path("startedAt").asText()),
                texts(json.path("ordered")),
                texts(json.path("sick")));
    }

    private static Settings settings(JsonNode json) {
        String window = json.path("window").asText();
        return new Settings(
                window.isEmpty() ? null : Window.parse(window),
                json.path("maxUnavailable").asInt(1),
                json.path("canary").asText(),
                json.path("allowOlder").asBoolean());
    }

    private static SortedSet<String> texts(JsonNode array) {
        SortedSet<String> texts = new TreeSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
