package dev.rwo.agent.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node's right to be unavailable for a restart: a label of the cluster, taken by compare-and-swap and so by no more
 * than were agreed. It goes when the node is well again, when it is no node of the site any more, or by an operator's
 * word; never because it is old, for a box that hangs in its restart is not available however long that lasts.
 *
 * @param box the node's ID
 * @param holder for whom it was taken
 * @param client what the other tool called itself; empty for an upgrade
 * @param booted whether the restart was ordered
 * @param released whether the other tool, or an operator, says that it is over
 */
public record RebootLock(String box, Holder holder, String client, boolean booted, boolean released) {

    /** For whom a lock was taken. */
    public enum Holder {
        /** The site's rolling upgrade. */
        UPGRADE,
        /** Another tool, by the FleetLock protocol. */
        FLEETLOCK
    }

    /** The labels of the cluster that begin so are ours. */
    public static final String PREFIX = "rwo.reboot.";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Taken for an upgrade. */
    public static RebootLock upgrade(String box) {
        return new RebootLock(box, Holder.UPGRADE, "", false, false);
    }

    /** Taken for another tool. */
    public static RebootLock fleetLock(String box, String client) {
        return new RebootLock(box, Holder.FLEETLOCK, client, false, false);
    }

    /** The same with the restart ordered. */
    public RebootLock withBooted() {
        return new RebootLock(box, holder, client, true, released);
    }

    /** The same, said to be over. */
    public RebootLock withReleased() {
        return new RebootLock(box, holder, client, booted, true);
    }

    /** Every lock in a cluster's labels, by node ID. One whose text is damaged counts all the same. */
    public static List<RebootLock> in(Map<String, String> cluster) {
        return cluster.entrySet().stream()
                .filter(label -> label.getKey().startsWith(PREFIX))
                .sorted(Map.Entry.comparingByKey())
                .map(label -> read(label.getKey().substring(PREFIX.length()), label.getValue()))
                .toList();
    }

    /** A node's lock. */
    public static Optional<RebootLock> find(List<RebootLock> locks, String box) {
        return locks.stream().filter(lock -> lock.box().equals(box)).findFirst();
    }

    /** The cluster's labels with this one. */
    public SortedMap<String, String> addedTo(Map<String, String> cluster) {
        SortedMap<String, String> labels = new TreeMap<>(cluster);
        labels.put(PREFIX + box, text());
        return labels;
    }

    /** The cluster's labels without this one. */
    public SortedMap<String, String> removedFrom(Map<String, String> cluster) {
        SortedMap<String, String> labels = new TreeMap<>(cluster);
        labels.remove(PREFIX + box);
        return labels;
    }

    private String text() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("for", holder.name().toLowerCase(Locale.ROOT))
                .put("client", client)
                .put("booted", booted)
                .put("released", released)
                .toString();
    }

    private static RebootLock read(String box, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return new RebootLock(
                    box,
                    json.path("for").asText().equals("fleetlock") ? Holder.FLEETLOCK : Holder.UPGRADE,
                    json.path("client").asText(),
                    json.path("booted").asBoolean(),
                    json.path("released").asBoolean());
        } catch (JsonProcessingException damaged) {
            return new RebootLock(box, Holder.UPGRADE, "", true, false);
        }
    }
}
