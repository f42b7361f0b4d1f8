package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.swarm.OwnedLabels;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Command;

/** {@code rwo labels}. */
@Command(
        name = "labels",
        description = {
            "The labels of this node in the swarm, and those of its engine.",
            "A line marked + is wanted by the hardware but not yet in the swarm, - the other way round."
        })
final class LabelsCommand extends NodeCommand {

    @Override
    String path() {
        return "/api/v1/labels";
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        JsonNode hardware = answer.path("hardware");
        JsonNode swarm = answer.path("swarm");
        TreeSet<String> keys = new TreeSet<>();
        hardware.fieldNames().forEachRemaining(keys::add);
        swarm.fieldNames().forEachRemaining(keys::add);
        out.println("node labels (for constraints: node.labels.KEY==VALUE)");
        for (String key : keys) {
            boolean wanted = hardware.has(key);
            boolean ours = OwnedLabels.isHardware(key);
            if (wanted && !hardware.path(key).equals(swarm.path(key))) {
                out.printf("+ %s=%s%n", key, hardware.path(key).asText());
            }
            if (swarm.has(key) && !swarm.path(key).equals(hardware.path(key))) {
                out.printf("%s %s=%s%n", ours ? "-" : " ", key, swarm.path(key).asText());
            } else if (swarm.has(key)) {
                out.printf("  %s=%s%n", key, swarm.path(key).asText());
            }
        }
        out.println("engine labels (for constraints: engine.labels.KEY==VALUE)");
        for (Map.Entry<String, JsonNode> label : answer.path("engine").properties()) {
            out.printf("  %s=%s%n", label.getKey(), label.getValue().asText());
        }
    }
}
