package dev.rwo.agent.swarm.formation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * What a box asks a manager: to let it join or, when it says which node of the swarm it is, whether it still is.
 *
 * @param nodeId its node ID
 * @param name its name
 * @param boot its boot
 * @param swarmNode its node ID in the swarm; empty when it wants to join
 */
public record JoinRequest(String nodeId, String name, String boot, String swarmNode) {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern WORD_OR_NOTHING = Pattern.compile("[A-Za-z0-9._-]{0,64}");

    /** As it goes over the wire. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("nodeId", nodeId)
                .put("name", name)
                .put("boot", boot)
                .put("swarmNode", swarmNode);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static JoinRequest fromJson(JsonNode json) {
        return new JoinRequest(
                word(json, "nodeId", WORD),
                word(json, "name", WORD),
                word(json, "boot", WORD),
                word(json, "swarmNode", WORD_OR_NOTHING));
    }

    private static String word(JsonNode json, String name, Pattern allowed) {
        String text = json.path(name).asText("");
        if (!allowed.matcher(text).matches()) {
            throw new IllegalArgumentException(name + " must be letters, digits and . _ - only, at most 64");
        }
        return text;
    }
}
