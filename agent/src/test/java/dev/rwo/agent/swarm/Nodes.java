package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.UnknownLabels;
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
                new TreeMap<>(Map.of("system_type", "bare-metal")),
                new ClusterNode.ManagerStatus(true, true, "192.0.2.10:2377"));
    }

    /** Facts with these labels, of which some are unknown just now. */
    public static NodeFacts facts(String revision, Map<String, String> labels, Set<String> unknown) {
        return facts(revision, labels, unknown, Set.of());
    }

    /** Facts with labels that a rule once set. */
    public static NodeFacts facts(
            String revision, Map<String, String> labels, Set<String> unknown, Set<String> retired) {
        return new NodeFacts(
                revision,
                new TreeMap<>(labels),
                new UnknownLabels(unknown, Set.of()),
                retired,
                new TreeMap<>(Map.of("system_type", "bare-metal")),
                List.of(),
                new TreeMap<>(),
                HardwareProfile.fromJson(JsonNodeFactory.instance.objectNode()));
    }
}
