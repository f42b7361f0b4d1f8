package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rwo approve}. */
@Command(
        name = "approve",
        description = {
            "Lets a node in that waits (trust mode approve). Without a code: who waits.",
            "Compare the code with the one on that node's display first."
        })
final class ApproveCommand extends NodeCommand {

    @Parameters(arity = "0..1", paramLabel = "CODE", description = "the code on its display, or its ID")
    private @Nullable String code;

    @Override
    String path() {
        return "/api/v1/enrolments";
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        if (code == null) {
            return super.call();
        }
        show(client().post(
                        path() + "/" + NodeClient.encoded(code) + "/approve", JsonNodeFactory.instance.objectNode()));
        return 0;
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        if (answer.isObject()) {
            out.println(answer.path("done").asText());
            return;
        }
        if (answer.isEmpty()) {
            out.println("no node waits on this node");
        }
        answer.forEach(row -> out.printf(
                "%-8s %-9s %-24s %-18s %s%n",
                row.path("code").asText(),
                row.path("state").asText(),
                row.path("name").asText(),
                row.path("address").asText(),
                row.path("hardware").asText()));
    }
}
