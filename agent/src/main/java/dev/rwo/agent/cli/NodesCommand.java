package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code rwo nodes}. */
@Command(
        name = "nodes",
        description = {
            "Every node of the site: what it is to the swarm, what the other nodes see of it, what is wrong with it.",
            "Answers on every box; where the swarm cannot be asked, what the boxes themselves tell.",
            "Exit status 0 when the swarm could be asked, 1 when not."
        })
final class NodesCommand extends NodeCommand {

    private static final String ROW = "%-18s %-16s %-8s %-9s %-9s %-8s %-10s %s%n";

    @Override
    String path() {
        return "/api/v1/nodes";
    }

    @Override
    int exitStatus(JsonNode answer) {
        return answer.path("swarm").path("known").asBoolean() ? 0 : 1;
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        String problem = answer.path("swarm").path("problem").asText();
        if (!problem.isEmpty()) {
            out.println("the swarm cannot be asked: " + problem);
            out.println("this is what the boxes tell of themselves:");
        }
        out.printf(ROW, "NAME", "ADDRESS", "ROLE", "TAKES", "SWARM", "GOSSIP", "CLASS", "VERSION");
        for (JsonNode node : answer.path("nodes")) {
            out.printf(
                    ROW,
                    node.path("name").asText() + (node.path("self").asBoolean() ? " *" : ""),
                    node.path("address").asText(),
                    node.path("role").asText(),
                    node.path("availability").asText("-"),
                    node.path("state").asText("-"),
                    node.path("gossip").asText("unseen"),
                    node.path("class").asText("-"),
                    node.path("version").asText("-"));
            node.path("trouble").forEach(line -> out.println("  -> " + line.asText()));
        }
    }
}
