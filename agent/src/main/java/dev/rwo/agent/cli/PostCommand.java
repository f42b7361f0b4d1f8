package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;

/** A command that has the agent do something and prints what was done. */
abstract class PostCommand extends NodeCommand {

    /** What is sent along. */
    ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        JsonNode answer = client().post(path(), body());
        show(answer);
        return exitStatus(answer);
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        answer.path("nodes")
                .forEach(node -> out.printf(
                        "%-24s %s%n",
                        node.path("name").asText(), node.path("done").asText()));
        out.println(answer.path("done").asText());
        for (String more : new String[] {"swarm", "next"}) {
            if (!answer.path(more).asText().isEmpty()) {
                out.println((more.equals("next") ? "Next: " : "Swarm: ")
                        + answer.path(more).asText());
            }
        }
    }
}
