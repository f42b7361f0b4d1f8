package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a replica is a copy of.
 *
 * @param fingerprint of the keeper's files when it was made
 * @param sha256 of the archive
 * @param size of the archive, bytes
 * @param swarmId the swarm
 * @param epoch its epoch then
 */
record ReplicaInfo(String fingerprint, String sha256, long size, String swarmId, long epoch) {

    /** None. */
    static final ReplicaInfo NONE = new ReplicaInfo("", "", 0, "", 0);

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("fingerprint", fingerprint)
                .put("sha256", sha256)
                .put("size", size)
                .put("swarmId", swarmId)
                .put("epoch", epoch);
    }

    static ReplicaInfo of(JsonNode json) {
        return new ReplicaInfo(
                json.path("fingerprint").asText(""),
                json.path("sha256").asText(""),
                json.path("size").asLong(),
                json.path("swarmId").asText(""),
                json.path("epoch").asLong());
    }

    boolean exists() {
        return !sha256.isEmpty();
    }
}
