package dev.rwo.agent.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.NodeLabels;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What the rest of the agent needs of a hardware profile.
 *
 * @param revision the profile's revision; the same hardware has the same one
 * @param labels the labels for the node in the swarm
 * @param unknownLabels labels whose fact could not be read just now; their last value stays
 * @param engineLabels the ancestor's labels for the engine
 * @param genericResources the engine's generic resources, {@code KIND=VALUE}
 * @param profile the whole profile
 */
public record NodeFacts(
        String revision,
        SortedMap<String, String> labels,
        Set<String> unknownLabels,
        SortedMap<String, String> engineLabels,
        List<String> genericResources,
        JsonNode profile) {

    /** Everything that follows from a profile. */
    public static NodeFacts of(HardwareProfile profile) {
        EngineLabels engine = EngineLabels.of(profile);
        return new NodeFacts(
                profile.revision(),
                NodeLabels.of(profile),
                NodeLabels.unknownKeys(profile),
                engine.labels(),
                engine.genericResources(),
                profile.toJson());
    }

    /** Short: the profile is shown elsewhere. */
    @Override
    public String toString() {
        return "profile " + revision + " with " + labels.size() + " labels";
    }
}
