package dev.rwo.agent.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 * @param at when the entry was removed
 * @param joined the mark of having been active, empty when it never was
 * @param availability what the operator left it at
 * @param labels the operator's labels
 */
public record KeptNode(
        String box,
        String hardware,
        Instant at,
        String joined,
        Availability availability,
        SortedMap<String, String> labels) {

    /** The labels of the cluster that begin so are ours. */
    public static final String PREFIX = "rwo.kept.";

    /** More than a site has boxes in the drawer; the oldest go first, so that the cluster's object stays small. */
    public static final int MOST = 64;

    /** A node with more labels than this is not what an operator types. */
    private static final int LARGEST = 16 * 1024;

    /** How long before the removal of the old entry the flashed box may have joined. */
    private static final Duration HEIR = Duration.ofHours(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is to be kept of a node; empty when nobody could find it again, because it was never labelled. */
    public static Optional<KeptNode> of(ClusterNode node, Instant now) {
        String box = node.labels().getOrDefault(OwnedLabels.NODE_ID, "");
        if (box.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, String> labels = new TreeMap<>(node.labels());
        labels.keySet().removeIf(key -> !OwnedLabels.isOperators(key));
        return Optional.of(new KeptNode(
                box,
                node.labels().getOrDefault(OwnedLabels.NODE_HARDWARE, ""),
                now.truncatedTo(ChronoUnit.SECONDS),
                node.labels().getOrDefault(OwnedLabels.JOINED, ""),
                node.availability(),
                labels));
    }

    /** All that is kept in a cluster's labels, the newest first; what is not ours or damaged is left out. */
    public static List<KeptNode> in(Map<String, String> cluster) {
        return cluster.entrySet().stream()
                .filter(label -> label.getKey().startsWith(PREFIX))
                .map(label -> read(label.getKey().substring(PREFIX.length()), label.getValue()))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(KeptNode::at).reversed().thenComparing(KeptNode::box))
                .toList();
    }

    /** What was kept of the box that a node is; the same box goes before the same machine. */
    public static Optional<KeptNode> find(List<KeptNode> kept, ClusterNode node, String box, String hardware) {
        return kept.stream()
                .filter(each -> each.box().equals(box))
                .findFirst()
                .or(() -> kept.stream()
                        .filter(each -> !hardware.isEmpty() && each.hardware().equals(hardware))
                        .filter(each -> each.isFollowedBy(node))
                        .findFirst());
    }

    /** Whether a node of the same machine is its heir, and not another machine whose firmware says the same. */
    private boolean isFollowedBy(ClusterNode node) {
        String since = node.labels().getOrDefault(OwnedLabels.JOINED, "");
        return since.isEmpty() || since.compareTo(OwnedLabels.mark(at.minus(HEIR))) >= 0;
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
        json.put("hw", hardware)
                .put("at", at.toString())
                .put("joined", joined)
                .put("availability", availability.word());
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
                    Instant.parse(json.path("at").asText()),
                    json.path("joined").asText(),
                    Availability.of(json.path("availability").asText()),
                    labels));
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }
}
