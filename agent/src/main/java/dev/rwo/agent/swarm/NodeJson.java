package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A node of the swarm as managers tell the workers' agents. */
public final class NodeJson {

    private NodeJson() {}

    /** Writes. */
    public static ObjectNode write(ClusterNode node) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", node.id())
                .put("version", node.version())
                .put("hostname", node.hostname())
                .put("role", node.role())
                .put("availability", node.availability().word())
                .put("state", node.state())
                .put("address", node.address())
                .put("os", node.os())
                .put("arch", node.arch());
        put(json.putObject("labels"), node.labels());
        put(json.putObject("engineLabels"), node.engineLabels());
        ClusterNode.ManagerStatus raft = node.manager();
        if (raft != null) {
            json.putObject("manager")
                    .put("leader", raft.leader())
                    .put("reachable", raft.reachable())
                    .put("address", raft.address());
        }
        return json;
    }

    /**
     * Reads.
     *
     * @throws IllegalArgumentException when it is no node
     */
    public static ClusterNode read(JsonNode json) {
        if (json.path("id").asText("").isEmpty()) {
            throw new IllegalArgumentException("the answer is no node");
        }
        return new ClusterNode(
                json.path("id").asText(),
                json.path("version").asLong(),
                json.path("hostname").asText(),
                json.path("role").asText(),
                Availability.of(json.path("availability").asText("active")),
                json.path("state").asText("unknown"),
                json.path("address").asText(),
                json.path("os").asText(),
                json.path("arch").asText(),
                labels(json.path("labels")),
                labels(json.path("engineLabels")),
                manager(json.path("manager")));
    }

    private static ClusterNode.@Nullable ManagerStatus manager(JsonNode json) {
        return json.isObject()
                ? new ClusterNode.ManagerStatus(
                        json.path("leader").asBoolean(),
                        json.path("reachable").asBoolean(),
                        json.path("address").asText())
                : null;
    }

    private static void put(ObjectNode object, Map<String, String> labels) {
        labels.forEach(object::put);
    }

    private static SortedMap<String, String> labels(JsonNode object) {
        SortedMap<String, String> labels = new TreeMap<>();
        object.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
