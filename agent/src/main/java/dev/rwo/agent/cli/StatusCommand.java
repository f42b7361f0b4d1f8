package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.StageStatus;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code rwo status}. */
@Command(
        name = "status",
        description = {
            "How far this node is: its readiness stages, what is wrong and what to do.",
            "Exit status 0 when every stage is usable, 1 when not."
        })
final class StatusCommand extends NodeCommand {

    @Override
    String path() {
        return "/api/v1/status";
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        try {
            return super.call();
        } catch (NodeClientException silent) {
            List<StageStatus> last = StageBoard.lastRun(client().layout());
            if (!last.isEmpty()) {
                err().println("rwo: this is what the agent last said; now it is silent:");
                show(StageBoard.toJson(last));
            }
            throw silent;
        }
    }

    @Override
    int exitStatus(JsonNode answer) {
        String overall = answer.path("overall").asText();
        return overall.equals("done") || overall.equals("degraded") ? 0 : 1;
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        JsonNode node = answer.path("node");
        if (!node.isMissingNode()) {
            String site = node.path("site").asText();
            out.printf(
                    "%s   %s   %s   RWO %s (%s)%n%n",
                    node.path("name").asText(),
                    site.isEmpty() ? "no site" : "site " + site,
                    node.path("url").asText("no address"),
                    node.path("version").asText(),
                    node.path("agent").asText());
        }
        out.printf("%-18s %-9s %s%n", "STAGE", "STATE", "WHAT");
        for (JsonNode stage : answer.path("stages")) {
            out.printf(
                    "%-18s %-9s %s%n",
                    stage.path("title").asText(),
                    stage.path("state").asText(),
                    stage.path("reason").asText());
            if (!stage.path("hint").asText().isEmpty()) {
                out.printf("%-18s %-9s -> %s%n", "", "", stage.path("hint").asText());
            }
        }
    }
}
