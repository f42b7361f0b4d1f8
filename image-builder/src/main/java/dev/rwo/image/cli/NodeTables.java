package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** A node's answers as tables for the terminal. */
final class NodeTables {
    private NodeTables() {}

    /** Of {@code /api/v1/status}. */
    static List<String> status(JsonNode status) {
        List<String> lines = new ArrayList<>();
        JsonNode node = status.path("node");
        lines.add("%s   site %s   RWO %s (%s)"
                .formatted(
                        node.path("name").asText("?"),
                        node.path("site").asText("?"),
                        node.path("version").asText("?"),
                        node.path("agent").asText("?")));
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%-18s %-9s %s", "STAGE", "STATE", "WHAT"));
        for (JsonNode stage : status.path("stages")) {
            lines.add(row(
                    stage.path("title").asText(),
                    stage.path("state").asText(),
                    stage.path("reason").asText()));
            if (!stage.path("hint").asText().isEmpty()) {
                lines.add(row("", "", "-> " + stage.path("hint").asText()));
            }
        }
        return lines;
    }

    /** Of {@code /api/v1/services}. */
    static List<String> services(JsonNode services) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-28s %-7s %s", "SERVICE", "TASKS", "WHAT SWARM SAYS"));
        for (JsonNode service : services) {
            StringJoiner pending = new StringJoiner("; ");
            service.path("pending").forEach(reason -> pending.add(reason.asText()));
            lines.add(String.format(
                            Locale.ROOT,
                            "%-28s %-7s %s",
                            service.path("name").asText(),
                            service.path("running").asInt() + "/"
                                    + service.path("desired").asInt(),
                            pending)
                    .stripTrailing());
        }
        return lines;
    }

    /** The labels in the swarm, of {@code /api/v1/labels}. */
    static List<String> labels(JsonNode labels) {
        List<String> lines = new ArrayList<>();
        lines.add("LABELS (for constraints: node.labels.KEY==VALUE)");
        for (Map.Entry<String, JsonNode> label : labels.path("swarm").properties()) {
            lines.add("  " + label.getKey() + "=" + label.getValue().asText());
        }
        return lines;
    }

    private static String row(String stage, String state, String what) {
        return String.format(Locale.ROOT, "%-18s %-9s %s", stage, state, what).stripTrailing();
    }
}
