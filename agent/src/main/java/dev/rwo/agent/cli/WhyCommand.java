package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rwo why}. */
@Command(name = "why", description = "What every controller of the agent last saw, decided and did.")
final class WhyCommand extends NodeCommand {

    @Parameters(arity = "0..1", paramLabel = "CONTROLLER", description = "only this one, for example labels")
    private @Nullable String controller;

    @Override
    String path() {
        return "/api/v1/why";
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        for (JsonNode row : answer) {
            String name = row.path("controller").asText();
            if (controller != null && !controller.equals(name)) {
                continue;
            }
            out.printf(
                    "%s: %s %s%n",
                    name, row.path("state").asText(), row.path("reason").asText());
            out.printf(
                    "  looked at %s because of: %s%n",
                    row.path("at").asText(), row.path("trigger").asText());
            out.printf("  saw %s%n", row.path("view").asText());
            row.path("steps").forEach(step -> out.println("  did " + step.asText()));
        }
    }
}
