package dev.rwo.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rwo node}. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Shuts a node out of the site, or lets it in again.",
        subcommands = {OneNodeCommand.Revoke.class, OneNodeCommand.Pardon.class})
final class OneNodeCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? revoke or pardon");
    }

    /** {@code rwo node revoke}. */
    @Command(name = "revoke", description = "A stolen box: no member talks to it any more, within a minute.")
    static final class Revoke extends PostCommand {

        @Parameters(paramLabel = "NODE", description = "name or ID, see rwo nodes")
        private String node = "";

        @Override
        String path() {
            return "/api/v1/nodes/" + NodeClient.encoded(node) + "/revoke";
        }
    }

    /** {@code rwo node pardon}. */
    @Command(name = "pardon", description = "Lets a revoked node in again.")
    static final class Pardon extends PostCommand {

        @Parameters(paramLabel = "NODE", description = "name or ID, see rwo keys show")
        private String node = "";

        @Override
        String path() {
            return "/api/v1/nodes/" + NodeClient.encoded(node) + "/pardon";
        }
    }
}
