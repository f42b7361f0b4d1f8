package dev.rwo.agent.swarm;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which node labels are ours: {@code edge.*} and {@code feature.*}; all others belong to the operator. */
public final class OwnedLabels {

    /** Set, with the time, by the write that made the node active for the first time. */
    public static final String JOINED = "edge.joined";

    private OwnedLabels() {}

    /** Whether the hardware alone decides a label. */
    public static boolean isHardware(String key) {
        return (key.startsWith("edge.") || key.startsWith("feature.")) && !key.equals(JOINED);
    }

    /** The hardware's labels among all. */
    public static SortedMap<String, String> of(Map<String, String> labels) {
        SortedMap<String, String> owned = new TreeMap<>();
        labels.forEach((key, value) -> {
            if (isHardware(key)) {
                owned.put(key, value);
            }
        });
        return owned;
    }
}
