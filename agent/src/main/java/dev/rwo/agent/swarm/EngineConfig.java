package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The engine's daemon.json: the ancestor's labels, generic resources and the proxies, merged into what an operator has
 * there.
 */
final class EngineConfig {

    /** Keys the engine takes over without a restart; Docker's documentation of dockerd, "reloadable options". */
    private static final Set<String> RELOADABLE = Set.of("labels", "debug", "features", "registry-mirrors");

    private static final Set<String> ANCESTOR_LABELS = Set.of(
            "system_type", "vt_enabled", "manufacturer", "product_name", "serial_number", "sku_number", "family");

    private EngineConfig() {}

    /**
     * What the file shall say.
     *
     * @param current the file as it is
     * @param labels the labels wanted
     * @param resources generic resources, {@code KIND=VALUE}
     * @param proxies the engine's proxies
     */
    static ObjectNode merge(
            ObjectNode current, Map<String, String> labels, List<String> resources, EngineProxies proxies) {
        ObjectNode merged = current.deepCopy();
        List<String> lines = new ArrayList<>();
        for (JsonNode label : current.path("labels")) {
            String key = label.asText().split("=", 2)[0];
            if (!isOurs(key)) {
                lines.add(label.asText());
            }
        }
        labels.forEach((key, value) -> lines.add(key + "=" + value));
        putLines(merged, "labels", lines);

        List<String> generic = new ArrayList<>();
        for (JsonNode resource : current.path("node-generic-resources")) {
            if (!resource.asText().startsWith("VIDEO=")) {
                generic.add(resource.asText());
            }
        }
        generic.addAll(resources);
        putLines(merged, "node-generic-resources", generic);

        if (!proxies.settings().isEmpty()) {
            ObjectNode object = merged.putObject("proxies");
            new TreeMap<>(proxies.settings()).forEach(object::put);
        } else if (proxies.ours()) {
            merged.remove("proxies");
        }
        return merged;
    }

    /** Whether a label is one of the ancestor's, which the hardware alone decides. */
    private static boolean isOurs(String key) {
        return ANCESTOR_LABELS.contains(key) || key.startsWith("graphics.");
    }

    private static void putLines(ObjectNode object, String key, List<String> lines) {
        if (lines.isEmpty()) {
            object.remove(key);
            return;
        }
        ArrayNode array = object.putArray(key);
        lines.forEach(array::add);
    }

    /** Whether the engine can take over the difference without a restart. */
    static boolean reloadable(ObjectNode from, ObjectNode to) {
        return without(from).equals(without(to));
    }

    private static ObjectNode without(ObjectNode config) {
        return config.deepCopy().without(RELOADABLE);
    }
}
