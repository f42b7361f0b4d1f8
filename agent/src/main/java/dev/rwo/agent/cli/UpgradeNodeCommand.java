package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code rwo upgrade node}. */
@Command(
        name = "node",
        description = "How this box stands with its OS: what runs, what is in the other slot, what failed.")
final class UpgradeNodeCommand extends NodeCommand {

    @Override
    String path() {
        return "/api/v1/upgrade/node";
    }

    @Override
    void print(JsonNode state, PrintWriter out) {
        tell(state, out);
    }

    static void tell(JsonNode state, PrintWriter out) {
        String target = state.path("target").asText();
        String slot = state.path("slot").asText();
        out.println("runs " + state.path("running").asText("an unknown version")
                + (slot.isEmpty() ? ", which is not RWO's image and has no second slot" : " from slot " + slot));
        switch (state.path("phase").asText()) {
            case "staging" ->
                out.println(
                        "installing " + target + ": " + state.path("percent").asInt() + " %");
            case "staged" ->
                out.println(target + " is in the other slot; to restart into it: rwo upgrade boot " + target);
            case "rebooting" -> out.println("restarting into " + target);
            case "trial" -> out.println("on trial: it must show that it is well, or the other version boots again");
            case "failed" ->
                out.println(target + " failed: " + state.path("problem").asText());
            default -> out.flush();
        }
        state.path("refused")
                .properties()
                .forEach(each -> out.println("refused: " + each.getKey() + ", which failed here: "
                        + each.getValue().asText() + "; to allow it again: rwo upgrade clear " + each.getKey()));
        state.path("stored")
                .properties()
                .forEach(each -> out.println("keeps bundle " + each.getKey().substring(0, 12) + " for others: "
                        + each.getValue().asInt() + " %"));
    }
}
