package dev.rwo.agent.swarm.formation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a candidate asks of every box it sees.
 *
 * @param kind what for
 * @param candidate the candidate's node ID
 * @param boot its boot
 * @param number counts the candidate's claims of this boot; an older one that comes late is void
 * @param visible node IDs of all whom it asks
 * @param swarmId for {@link Kind#BORN} the swarm it made, otherwise empty
 */
public record Claim(Kind kind, String candidate, String boot, long number, List<String> visible, String swarmId) {

    /** What a claim is for. */
    public enum Kind {
        /** May I found the swarm? */
        CLAIM,
        /** I made it: may it count? */
        BORN,
        /** Forget my claim. */
        WITHDRAW
    }

    private static final int MOST_BOXES = 2000;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final Pattern WORD_OR_NOTHING = Pattern.compile("[A-Za-z0-9._:-]{0,64}");

    /** Copies the list. */
    public Claim {
        visible = List.copyOf(visible);
    }

    /** As it goes over the wire. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind.name())
                .put("candidate", candidate)
                .put("boot", boot)
                .put("ballot", number)
                .put("swarmId", swarmId);
        visible.forEach(json.putArray("visible")::add);
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static Claim fromJson(JsonNode json) {
        JsonNode seen = json.path("visible");
        if (!seen.isArray() || seen.size() > MOST_BOXES) {
            throw new IllegalArgumentException("visible must be an array of at most " + MOST_BOXES + " node IDs");
        }
        List<String> visible = new ArrayList<>();
        seen.forEach(id -> visible.add(word(id, "visible", WORD)));
        JsonNode number = json.path("ballot");
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 1) {
            throw new IllegalArgumentException("ballot must be a positive number");
        }
        return new Claim(
                kind(json.path("kind").asText()),
                word(json.path("candidate"), "candidate", WORD),
                word(json.path("boot"), "boot", WORD),
                number.asLong(),
                visible,
                word(json.path("swarmId"), "swarmId", WORD_OR_NOTHING));
    }

    private static Kind kind(String word) {
        for (Kind kind : Kind.values()) {
            if (kind.name().equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("kind must be CLAIM, BORN or WITHDRAW");
    }

    private static String word(JsonNode value, String name, Pattern allowed) {
        String text = value.asText("");
        if (!allowed.matcher(text).matches()) {
            throw new IllegalArgumentException(name + " must be letters, digits and . _ : - only, at most 64");
        }
        return text;
    }
}
