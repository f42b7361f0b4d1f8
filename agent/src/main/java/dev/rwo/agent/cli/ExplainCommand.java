package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rwo explain}. */
@Command(
        name = "explain",
        description = {
            "Why a service, or a constraint, can or cannot be placed on each node.",
            "With --machine, a recorded machine is asked instead of the site: would this box qualify?",
            "Exit status 0 when at least one node qualifies, 1 when none does."
        })
final class ExplainCommand extends NodeCommand {

    @Parameters(
            paramLabel = "SERVICE|CONSTRAINT",
            description = "for example till_web, or 'node.labels.edge.gpu.intel==true'")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String subject;

    @Option(
            names = "--machine",
            paramLabel = "DIR",
            description = "judge the constraint for the machine that 'rwo profile record' saved there; asks no agent")
    private @Nullable Path machine;

    @Override
    public Integer call() throws NodeClientException, UsageException {
        if (machine == null) {
            return super.call();
        }
        JsonNode answer;
        try {
            answer = RecordedMachine.explain(machine, subject).toJson();
        } catch (IllegalArgumentException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
        show(answer);
        return exitStatus(answer);
    }

    @Override
    String path() {
        return "/api/v1/explain?subject=" + NodeClient.encoded(subject);
    }

    @Override
    int exitStatus(JsonNode answer) {
        for (JsonNode node : answer.path("nodes")) {
            if (node.path("eligible").asBoolean()) {
                return 0;
            }
        }
        return 1;
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        out.println(
                answer.path("subject").asText() + ": " + answer.path("summary").asText());
        for (JsonNode node : answer.path("nodes")) {
            out.println(node.path("hostname").asText() + (node.path("eligible").asBoolean() ? ": yes" : ": no"));
            node.path("lines").forEach(line -> out.println("  " + line.asText()));
        }
    }
}
