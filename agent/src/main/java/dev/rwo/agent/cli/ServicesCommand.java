package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code rwo services}. */
@Command(name = "services", description = "The site's services and how many of their tasks run.")
final class ServicesCommand extends NodeCommand {

    @Override
    String path() {
        return "/api/v1/services";
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        out.printf("%-28s %-7s %s%n", "SERVICE", "TASKS", "WHAT SWARM SAYS");
        for (JsonNode service : answer) {
            StringBuilder pending = new StringBuilder();
            service.path("pending")
                    .forEach(error ->
                            pending.append(pending.isEmpty() ? "" : "; ").append(error.asText()));
            out.printf(
                    "%-28s %-7s %s%n",
                    service.path("name").asText(),
                    service.path("running").asInt() + "/"
                            + service.path("desired").asInt(),
                    pending);
        }
    }
}
