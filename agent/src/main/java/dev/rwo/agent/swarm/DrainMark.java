package dev.rwo.agent.swarm;

import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * That a node was drained by us, for a restart, and not by an operator: the label {@link OwnedLabels#DRAINED}, set and
 * removed by the same write that changes the availability. So only what we drained is activated again, whoever leads then.
 *
 * @param before what the node was before
 * @param what what it is drained for, in a label's characters: {@code upgrade-VERSION}, or {@code restart} for another tool
 */
public record DrainMark(Availability before, String what) {

    private static final String UPGRADE = "upgrade-";

    /** For another tool's restart. */
    public static final String RESTART = "restart";

    /** For the upgrade to a version. */
    public static DrainMark upgrade(ClusterNode node, String version) {
        return new DrainMark(node.availability(), UPGRADE + version);
    }

    /** For the restart by another tool. */
    public static DrainMark restart(ClusterNode node) {
        return new DrainMark(node.availability(), RESTART);
    }

    /** The mark on a node; empty when there is none, or none that makes sense. */
    public static Optional<DrainMark> of(ClusterNode node) {
        String[] parts = node.labels().getOrDefault(OwnedLabels.DRAINED, "").split("\\.", 2);
        for (Availability before : Availability.values()) {
            if (parts.length == 2 && before.word().equals(parts[0].toLowerCase(Locale.ROOT))) {
                return Optional.of(new DrainMark(before, parts[1]));
            }
        }
        return Optional.empty();
    }

    /** What for, for people. */
    public String reason() {
        return what.startsWith(UPGRADE) ? "the upgrade to " + what.substring(UPGRADE.length()) : "a restart";
    }

    /** The node's labels with this mark. */
    public SortedMap<String, String> addedTo(ClusterNode node) {
        SortedMap<String, String> labels = new TreeMap<>(node.labels());
        labels.put(OwnedLabels.DRAINED, before.word() + "." + what);
        return labels;
    }

    /** The node's labels without any. */
    public static SortedMap<String, String> removedFrom(ClusterNode node) {
        SortedMap<String, String> labels = new TreeMap<>(node.labels());
        labels.remove(OwnedLabels.DRAINED);
        return labels;
    }
}
