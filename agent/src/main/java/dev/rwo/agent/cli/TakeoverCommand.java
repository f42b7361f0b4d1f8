package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.Console;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rwo takeover}. */
@Command(
        name = "takeover",
        description = {
            "With two boxes: goes on alone on this one, because the other is off.",
            "Asks once. If the other box still runs somewhere, both would write: switch it off first."
        })
final class TakeoverCommand extends NodeCommand {

    private static final String PATH = "/api/v1/takeover";

    @Option(names = "--yes", description = "the other box is off: do not ask")
    private boolean yes;

    @Option(names = "--status", description = "only show how the two boxes stand")
    private boolean status;

    @Override
    String path() {
        return PATH;
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        JsonNode before = client().get(PATH);
        if (status) {
            show(before);
            return 0;
        }
        String refusal = before.path("refusal").asText();
        if (!refusal.isEmpty()) {
            throw new NodeClientException(refusal);
        }
        if (!yes && !confirmed(before.path("peer").asText())) {
            throw new UsageException("nothing was done; to take over without being asked: rwo takeover --yes");
        }
        show(client().post(PATH, JsonNodeFactory.instance.objectNode()));
        if (!asJson()) {
            out().println("It takes about half a minute; watch it with: rwo status --watch");
            out().flush();
        }
        return 0;
    }

    // JDK 25 again answers null when there is no terminal, unless jdk.console says otherwise.
    @SuppressWarnings("SystemConsoleNull")
    private boolean confirmed(String peer) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return false;
        }
        String answer = console.readLine("Is %s switched off, and will it stay off until it is repaired? [y/N] ", peer);
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        out.printf(
                "%s, mode %s, epoch %d, the other is %s%n",
                answer.path("pair").asBoolean() ? answer.path("role").asText() + " of two" : "not one of two boxes",
                answer.path("mode").asText(),
                answer.path("epoch").asLong(),
                answer.path("peer").asText());
        if (answer.has("replicaAgeSeconds")) {
            out.printf(
                    "replica confirmed %d s ago%n",
                    answer.path("replicaAgeSeconds").asLong());
        }
        trouble(answer, "replicaTrouble", "replica", out);
        trouble(answer, "witnessTrouble", "witness", out);
        out.printf(
                "%s: %s%n", answer.path("state").asText(), answer.path("reason").asText());
        if (!answer.path("hint").asText().isEmpty()) {
            out.printf("-> %s%n", answer.path("hint").asText());
        }
    }

    private static void trouble(JsonNode answer, String field, String what, PrintWriter out) {
        String said = answer.path(field).asText();
        if (!said.isEmpty()) {
            out.printf("%s: %s%n", what, said);
        }
    }
}
