package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the two boxes tell each other, as question and as answer.
 *
 * @param nodeId who tells
 * @param name its name
 * @param boot random, new whenever its agent starts
 * @param sequence grows with every message of the same boot
 * @param swarmId its swarm
 * @param epoch its epoch
 * @param keeper whether it is the keeper; a fenced one is, too
 * @param pair whether the two belong together; false releases the standby
 * @param suspended from the keeper: nobody shall take over by itself; from the standby: it has promised so
 * @param guard the mode in which its engine runs only on proof; empty when it is not armed
 * @param taking whether it is taking over, or about to: such an answer proves nothing
 */
public record Contact(
        String nodeId,
        String name,
        String boot,
        long sequence,
        String swarmId,
        long epoch,
        boolean keeper,
        boolean pair,
        boolean suspended,
        String guard,
        boolean taking) {

    /** As JSON. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("nodeId", nodeId)
                .put("name", name)
                .put("boot", boot)
                .put("sequence", sequence)
                .put("swarmId", swarmId)
                .put("epoch", epoch)
                .put("keeper", keeper)
                .put("pair", pair)
                .put("suspended", suspended)
                .put("guard", guard)
                .put("taking", taking);
    }

    /** From JSON; what is missing is empty, 0 or false. */
    public static Contact of(JsonNode json) {
        return new Contact(
                json.path("nodeId").asText(""),
                json.path("name").asText(""),
                json.path("boot").asText(""),
                json.path("sequence").asLong(),
                json.path("swarmId").asText(""),
                json.path("epoch").asLong(),
                json.path("keeper").asBoolean(),
                json.path("pair").asBoolean(),
                json.path("suspended").asBoolean(),
                json.path("guard").asText(""),
                json.path("taking").asBoolean());
    }
}
