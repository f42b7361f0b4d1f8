package dev.rwo.agent.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code rwo} on a node.
 *
 * <p>Exit status: 0 done, 1 failed, 2 wrong usage.
 */
@Command(
        name = "rwo",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = "Retail Workload Orchestrator: this node.",
        subcommands = {
            StatusCommand.class,
            ProfileCommand.class,
            LabelsCommand.class,
            ServicesCommand.class,
            ExplainCommand.class,
            WhyCommand.class,
            NodesCommand.class,
            RecoverCommand.class,
            UpgradeCommand.class,
            SwarmCommand.class,
            KeysCommand.class,
            OneNodeCommand.class,
            ApproveCommand.class,
            TakeoverCommand.class,
            AgentCommand.class,
            VersionCommand.class
        })
public final class RwoCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /**
     * Runs a command line.
     *
     * @return the exit status
     */
    public static int execute(String... arguments) {
        return commandLine().execute(arguments);
    }

    /** The command line with one-line errors. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new RwoCommand());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println("rwo: " + failure.getMessage());
            return failure instanceof UsageException ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }
}
