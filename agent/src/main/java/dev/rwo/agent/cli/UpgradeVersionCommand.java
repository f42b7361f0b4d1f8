package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What is done to one version on this box. */
abstract class UpgradeVersionCommand extends PostCommand {

    @Parameters(paramLabel = "VERSION", description = "as rwo upgrade node shows it")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String version;

    @Override
    ObjectNode body() {
        return super.body().put("version", version);
    }

    @Override
    void print(JsonNode state, PrintWriter out) {
        UpgradeNodeCommand.tell(state, out);
    }

    /** {@code rwo upgrade boot}. */
    @Command(
            name = "boot",
            description = {
                "Restart this box into the version in its other slot.",
                "It is kept when it shows within ten minutes that it is well, and goes back by itself otherwise."
            })
    static final class Boot extends UpgradeVersionCommand {

        @Override
        String path() {
            return "/api/v1/upgrade/node/boot";
        }
    }

    /** {@code rwo upgrade clear}. */
    @Command(name = "clear", description = "Allow a version again that failed on this box.")
    static final class Clear extends UpgradeVersionCommand {

        @Override
        String path() {
            return "/api/v1/upgrade/node/clear";
        }
    }
}
