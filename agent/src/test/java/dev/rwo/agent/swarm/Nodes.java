package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.hardware.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Nodes and facts for tests. */
public final class Nodes {

    private Nodes() {}

    /** A ready manager called till-1. */
    public static ClusterNode node(Availability availability, Map<String, String> labels) {
        return new ClusterNode(
                "node1",
                7,
                "till-1",
                "manager",
                availability,
                "ready",
                "192.0.2.10",
                "linux",
                "x86_64",
                new TreeMap<>(labels),
                new TreeMap<>(Map.of("system_type", "bare-metal")));
    }

    /** Facts with these labels and nothing unknown. */
    public static NodeFacts facts(String revision, Map<String, String> labels, Set<String> unknown) {
        return new NodeFacts(
                revision,
                new TreeMap<>(labels),
                unknown,
                new TreeMap<>(Map.of("system_type", "bare-metal")),
                List.of(),
                JsonNodeFactory.instance.objectNode());
    }
}
