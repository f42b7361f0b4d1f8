package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rwo profile history}. */
@Command(
        name = "history",
        description = {
            "What changed of this node's hardware labels, the newest first: when, what, and what it was noticed by.",
            "A change is listed when it counts, after its dwell (docs/labels.md)."
        })
final class ProfileHistoryCommand extends NodeCommand {

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "at most so many changes, 1 to 10000 (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(names = "--key", paramLabel = "PREFIX", description = "only labels that begin so, for example edge.state.")
    private @Nullable String key;

    @Override
    String path() throws UsageException {
        if (limit < 1 || limit > 10_000) {
            throw new UsageException("--limit " + limit + ": use 1 to 10000");
        }
        return "/api/v1/profile/history?limit=" + limit + (key == null ? "" : "&key=" + NodeClient.encoded(key));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        if (answer.isEmpty()) {
            out.println("no change of the hardware is recorded");
        }
        for (JsonNode change : answer) {
            out.printf(
                    "%-24s  %s: %s -> %s  (%s)%n",
                    change.path("time").asText(),
                    change.path("key").asText(),
                    shown(change.path("old")),
                    shown(change.path("new")),
                    change.path("cause").asText());
        }
    }

    private static String shown(JsonNode value) {
        return value.isNull() ? "none" : value.asText();
    }
}
