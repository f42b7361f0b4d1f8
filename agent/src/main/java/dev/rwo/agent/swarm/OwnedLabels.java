package dev.rwo.agent.swarm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which node labels are ours: {@code edge.*} and {@code feature.*}; all others belong to the operator. */
public final class OwnedLabels {

    /** Set, with the time, by the write that made the node active for the first time. */
    public static final String JOINED = "edge.joined";

    /** Set by the write that drained the node for a restart, removed by the one that undid that: a {@link DrainMark}. */
    public static final String DRAINED = "edge.drained";

    /** Which box the node is: its node ID, so that an entry of the swarm can be matched to a box. */
    public static final String NODE_ID = "edge.node.id";

    /** Which machine the node is: a hash of what identifies it, which outlives flashing it anew. */
    public static final String NODE_HARDWARE = "edge.node.hw";

    /** In place of the hash when several living boxes have it: it tells none of them from the others. */
    static final String SHARED = "shared";

    /** The revision of the profile that the labels follow from. */
    public static final String REVISION = "edge.profile.rev";

    private OwnedLabels() {}

    /** A moment as a label's value: it holds no colons, so the basic form of ISO 8601; it sorts by time. */
    static String mark(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString().replace("-", "").replace(":", "");
    }

    /** Which machine a node is, by its labels; empty when unknown, and when several machines have that hash. */
    public static String machine(Map<String, String> labels) {
        String hash = labels.getOrDefault(NODE_HARDWARE, "");
        return hash.equals(SHARED) ? "" : hash;
    }

    /** Whether the hardware alone decides a label. */
    public static boolean isHardware(String key) {
        return (key.startsWith("edge.") || key.startsWith("feature.")) && !key.equals(JOINED) && !key.equals(DRAINED);
    }

    /** Whether a label is the operator's alone. */
    public static boolean isOperators(String key) {
        return !key.startsWith("edge.") && !key.startsWith("feature.");
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
