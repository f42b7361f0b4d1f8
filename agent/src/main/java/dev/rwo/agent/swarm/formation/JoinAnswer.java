package dev.rwo.agent.swarm.formation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a manager answers.
 *
 * @param kind what it is
 * @param reason why not, one line; empty when it is granted
 * @param swarmId the swarm
 * @param epoch how often it was taken over by force
 * @param used whether it ever ran a workload
 * @param managers where its managers listen, {@code ip:port}, the one that answers first; empty unless granted
 * @param token a worker's join token, secret; empty unless granted
 */
public record JoinAnswer(
        Kind kind, String reason, String swarmId, long epoch, boolean used, List<String> managers, String token) {

    /** What an answer is. */
    public enum Kind {
        /** Join with this token. */
        GRANTED,
        /** Not now, or never. */
        REFUSED,
        /** The node that asks is in the swarm and well. */
        KNOWN,
        /** The node that asks is in the swarm, which does not hear from it. */
        AWAY,
        /** The swarm has no such node. */
        UNKNOWN
    }

    /** Copies the list. */
    public JoinAnswer {
        managers = List.copyOf(managers);
    }

    /** A refusal. */
    public static JoinAnswer refused(String reason) {
        return new JoinAnswer(Kind.REFUSED, reason, "", 0, false, List.of(), "");
    }

    /** As it goes over the wire, token and all. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("answer", kind.name())
                .put("reason", reason)
                .put("swarmId", swarmId)
                .put("epoch", epoch)
                .put("used", used)
                .put("token", token);
        managers.forEach(json.putArray("managers")::add);
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static JoinAnswer fromJson(JsonNode json) {
        List<String> managers = new ArrayList<>();
        json.path("managers").forEach(manager -> managers.add(manager.asText()));
        return new JoinAnswer(
                Kind.valueOf(json.path("answer").asText()),
                json.path("reason").asText(""),
                json.path("swarmId").asText(""),
                json.path("epoch").asLong(),
                json.path("used").asBoolean(),
                managers,
                json.path("token").asText(""));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return kind + " " + (reason.isEmpty() ? swarmId + " epoch " + epoch + " " + managers : reason);
    }
}
