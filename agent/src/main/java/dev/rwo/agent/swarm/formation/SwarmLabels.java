package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.swarm.Cluster;
import java.util.SortedMap;
import java.util.TreeMap;

/** Labels on the swarm itself: what must outlive every leader. */
public final class SwarmLabels {

    /** {@code true} as soon as the swarm has run a workload. */
    public static final String USED = "rwo.used";
    /** How often the swarm was taken over by force. */
    public static final String EPOCH = "rwo.epoch";

    private SwarmLabels() {}

    /** Whether it ever ran a workload. */
    public static boolean used(Cluster cluster) {
        return "true".equals(cluster.labels().get(USED));
    }

    /** How often it was taken over by force; 0 when the label says nothing useful. */
    public static long epoch(Cluster cluster) {
        String text = cluster.labels().getOrDefault(EPOCH, "0");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** Its labels with the mark that it ran a workload. */
    static SortedMap<String, String> asUsed(Cluster cluster) {
        SortedMap<String, String> labels = new TreeMap<>(cluster.labels());
        labels.put(USED, "true");
        return labels;
    }
}
