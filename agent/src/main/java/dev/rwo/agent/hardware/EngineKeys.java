package dev.rwo.agent.hardware;

import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.UnknownLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The engine's labels and generic resources among the node's labels, so that one dwell and one history serve both. The
 * prefixes are those that Swarm's constraints use.
 */
final class EngineKeys {

    private static final String LABEL = "engine.labels.";
    private static final String RESOURCE = "engine.resources.";

    private EngineKeys() {}

    static void add(EngineLabels engine, SortedMap<String, String> labels) {
        engine.labels().forEach((key, value) -> labels.put(LABEL + key, value));
        for (String resource : engine.genericResources()) {
            int equals = resource.indexOf('=');
            labels.put(RESOURCE + resource.substring(0, equals), resource.substring(equals + 1));
        }
    }

    /** What the engine's labels do not know, added to what the node's do not. */
    static UnknownLabels unknown(UnknownLabels node, UnknownLabels engine) {
        Set<String> keys = new TreeSet<>(node.keys());
        Set<String> prefixes = new TreeSet<>(node.prefixes());
        engine.keys().forEach(key -> keys.add(LABEL + key));
        engine.prefixes().forEach(prefix -> prefixes.add(LABEL + prefix));
        if (!engine.prefixes().isEmpty()) {
            // The resources follow from the graphics drivers.
            prefixes.add(RESOURCE);
        }
        return new UnknownLabels(keys, prefixes);
    }

    static boolean isEngine(String key) {
        return key.startsWith(LABEL) || key.startsWith(RESOURCE);
    }

    static SortedMap<String, String> labels(SortedMap<String, String> all) {
        SortedMap<String, String> labels = new TreeMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(LABEL)) {
                labels.put(key.substring(LABEL.length()), value);
            }
        });
        return labels;
    }

    static List<String> resources(SortedMap<String, String> all) {
        List<String> resources = new ArrayList<>();
        all.forEach((key, value) -> {
            if (key.startsWith(RESOURCE)) {
                resources.add(key.substring(RESOURCE.length()) + "=" + value);
            }
        });
        return resources;
    }
}
