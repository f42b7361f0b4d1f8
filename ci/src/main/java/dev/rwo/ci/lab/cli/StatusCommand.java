package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code lab status}. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "How the boxes of the lab are.")
final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Override
    public Integer call() {
        JsonNode status = lab.warden().ask(WardenClient.request("status"));
        if (json) {
            lab.out().println(status.toPrettyString());
        } else {
            print(status, lab.out());
        }
        return 0;
    }

    private static void print(JsonNode status, PrintWriter out) {
        out.printf(
                "%-9s %-7s %-6s %-14s %-7s %-6s %s%n",
                "NODE", "POWER", "CABLE", "ADDRESS", "ENGINE", "AGENT", "STAGES");
        for (JsonNode node : status.path("nodes")) {
            out.printf(
                    "%-9s %-7s %-6s %-14s %-7s %-6s %s%n",
                    node.path("name").asText(),
                    node.path("power").asText(),
                    node.path("cable").asText(),
                    node.path("address").asText(),
                    node.path("engine").asBoolean() ? "up" : "-",
                    node.path("agent").asBoolean() ? "up" : "-",
                    stages(node));
        }
        out.println();
        out.println("Folder  " + status.path("folder").asText());
        for (JsonNode node : status.path("nodes")) {
            List<String> unheard = new ArrayList<>();
            node.path("doesNotReach").forEach(other -> unheard.add(other.asText()));
            if (!unheard.isEmpty()) {
                out.println(node.path("name").asText() + " does not reach " + String.join(", ", unheard));
            }
        }
    }

    /** All well, or the first stage that is not. */
    private static String stages(JsonNode node) {
        for (JsonNode stage : node.path("stages")) {
            String state = stage.path("state").asText();
            if (!state.equals("done")) {
                return stage.path("id").asText() + " " + state + ": "
                        + stage.path("reason").asText();
            }
        }
        return node.path("stages").isEmpty() ? "-" : "all done";
    }
}
