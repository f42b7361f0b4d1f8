package dev.rwo.agent.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator had set on a node whose entry was removed, kept as a label of the cluster until the box comes back.
 *
 * @param box the node's ID
 * @param hardware the machine's hash, empty when unknown
 * @param order grows with each that is kept: the version index of the cluster before it was, for clocks jump and differ
 * @param joined the mark of having been active, empty when it never was
 * @param availability what the operator left it at
 * @param labels the operator's labels
 */
public record KeptNode(
        String box,
        String hardware,
        long order,
        String joined,
        Availability availability,
        SortedMap<String, String> labels) {

    /** The labels of the cluster that begin so are ours. */
    public static final String PREFIX = "rwo.kept.";

    /** More than a site has boxes in the drawer; the oldest go first, so that the cluster's object stays small. */
    public static final int MOST = 64;

    /** A node with more labels than this is not what an operator types. */
    private static final int LARGEST = 16 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What is to be kept of a node; empty when nobody could find it again, because it was never labelled.
     *
     * @param order the version index of the cluster
     */
    public static Optional<KeptNode> of(ClusterNode node, long order) {
        String box = node.labels().getOrDefault(OwnedLabels.NODE_ID, "");
        if (box.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, String> labels = new TreeMap<>(node.labels());
        labels.keySet().removeIf(key -> !OwnedLabels.isOperators(key));
        return Optional.of(new KeptNode(
                box,
                OwnedLabels.machine(node.labels()),
                order,
                node.labels().getOrDefault(OwnedLabels.JOINED, ""),
                // Else a box that was forgotten during its restart would come back drained for ever.
                DrainMark.of(node).map(DrainMark::before).orElse(node.availability()),
                labels));
    }

    /** All that is kept in a cluster's labels, the newest first; what is not ours or damaged is left out. */
    public static List<KeptNode> in(Map<String, String> cluster) {
        return cluster.entrySet().stream()
                .filter(label -> label.getKey().startsWith(PREFIX))
                .map(label -> read(label.getKey().substring(PREFIX.length()), label.getValue()))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingLong(KeptNode::order).reversed().thenComparing(KeptNode::box))
                .toList();
    }

    /**
     * What was kept of a box; the same box goes before the same machine.
     *
     * @param hardware the machine's hash, empty when it is unknown or does not tell it from other machines
     */
    public static Optional<KeptNode> find(List<KeptNode> kept, String box, String hardware) {
        return kept.stream()
                .filter(each -> each.box().equals(box))
                .findFirst()
                .or(() -> kept.stream()
                        .filter(each -> !hardware.isEmpty() && each.hardware().equals(hardware))
                        .findFirst());
    }

    /** The cluster's labels with this one kept, and the oldest of ours left out when there are too many. */
    public SortedMap<String, String> addedTo(Map<String, String> cluster) {
        SortedMap<String, String> labels = new TreeMap<>(cluster);
        labels.put(PREFIX + box, text());
        in(labels).stream().skip(MOST).forEach(oldest -> labels.remove(PREFIX + oldest.box()));
        return labels;
    }

    /** The cluster's labels without this one. */
    public SortedMap<String, String> removedFrom(Map<String, String> cluster) {
        SortedMap<String, String> labels = new TreeMap<>(cluster);
        labels.remove(PREFIX + box);
        return labels;
    }

    private String text() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("hw", hardware).put("order", order).put("joined", joined).put("availability", availability.word());
        ObjectNode object = json.putObject("labels");
        labels.forEach(object::put);
        if (json.toString().getBytes(StandardCharsets.UTF_8).length > LARGEST) {
            object.removeAll();
        }
        return json.toString();
    }

    private static Optional<KeptNode> read(String box, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            SortedMap<String, String> labels = new TreeMap<>();
            json.path("labels").properties().forEach(label -> {
                if (OwnedLabels.isOperators(label.getKey())) {
                    labels.put(label.getKey(), label.getValue().asText());
                }
            });
            return Optional.of(new KeptNode(
                    box,
                    json.path("hw").asText(),
                    json.path("order").asLong(),
                    json.path("joined").asText(),
                    Availability.of(json.path("availability").asText()),
                    labels));
        } catch (JsonProcessingException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }
}
