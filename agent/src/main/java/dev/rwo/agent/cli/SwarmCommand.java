package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rwo swarm}. */
@Command(name = "swarm", description = "This node's part in the swarm.", subcommands = SwarmCommand.Dissolve.class)
final class SwarmCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** {@code rwo swarm dissolve}. */
    @Command(
            name = "dissolve",
            description = "Give up one of two swarms: this node leaves it and joins the other. Its services end here;"
                    + " volumes stay.")
    static final class Dissolve implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(paramLabel = "SWARM-ID", description = "the swarm to give up, its whole ID: see docker info")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String swarmId;

        @Option(names = "--yes", description = "yes, the services of that swarm end on this node")
        private boolean yes;

        @Override
        public Integer call() throws NodeClientException, UsageException {
            if (!yes) {
                throw new UsageException("this ends the services of swarm " + swarmId + " on this node: say --yes");
            }
            new NodeClient()
                    .post(
                            "/api/v1/swarm/dissolve",
                            JsonNodeFactory.instance.objectNode().put("swarmId", swarmId));
            spec.commandLine().getOut().println("left swarm " + swarmId + "; the node joins the other one by itself");
            return CommandLine.ExitCode.OK;
        }
    }
}
