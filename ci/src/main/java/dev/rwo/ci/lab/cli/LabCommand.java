package dev.rwo.ci.lab.cli;

import dev.rwo.ci.lab.LabException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./rwo lab}.
 *
 * <p>Exit status: 0 done, 1 failed, 2 wrong usage; that of the command for {@code exec}.
 */
@Command(
        name = "./rwo lab",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Boxes of one site on this machine, on a LAN of their own: real container engines, the packaged agent.",
            "A NODE is a number from 1 or a name such as node-1; 'all' is all of them."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            ExecCommand.class,
            LogsCommand.class,
            KillCommand.class,
            PartitionCommand.class,
            DelayCommand.class,
            LossCommand.class,
            GatewayCommand.class,
            NewIpCommand.class
        },
        footer = {"", "docs/lab.md tells more."})
public final class LabCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--lab",
            scope = CommandLine.ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "Which lab, when several are up; default lab, or what RWO_LAB says.")
    private String name = System.getenv().getOrDefault("RWO_LAB", "lab");

    /** Runs one command and ends the JVM with its exit status. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new LabCommand());
        addPlain(line, "pause", "Stop every process of boxes, containers too, as a box that hangs.");
        addPlain(line, "resume", "Let paused boxes go on.");
        addPlain(line, "reboot", "Cut the power of boxes and switch them on again; also switches on what was killed.");
        addPlain(line, "reflash", "Switch boxes on with empty disks: the same hardware with a new image.");
        addPlain(line, "cut", "Pull the network cables of boxes.");
        addPlain(line, "plug", "Plug the network cables of boxes in again.");
        line.addSubcommand(
                "heal", plain("heal", "Mend the LAN and its gateway; loss, delay and pulled cables stay.", 0));
        line.addSubcommand("down", plain("down", "End the lab and everything in it.", 0));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.getSubcommands().values().stream()
                .filter(command -> command.getCommand() instanceof ExecCommand)
                .forEach(exec -> exec.setStopAtPositional(true));
        line.setParameterExceptionHandler((failure, given) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr()
                    .println("rwo: " + failure.getMessage() + "; see: "
                            + command.getCommandSpec().qualifiedName() + " --help");
            return CommandLine.ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            boolean misused = failure instanceof IllegalArgumentException;
            boolean known = misused || failure instanceof LabException;
            command.getErr().println("rwo: " + (known ? failure.getMessage() : failure + " (unexpected)"));
            return misused ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    private static void addPlain(CommandLine line, String verb, String description) {
        line.addSubcommand(verb, plain(verb, description, 1));
    }

    private static CommandLine plain(String verb, String description, int atLeast) {
        CommandLine command =
                atLeast == 0 ? new CommandLine(new PlainCommand(verb)) : new CommandLine(new NodesCommand(verb));
        command.getCommandSpec().usageMessage().description(description);
        return command;
    }

    WardenPlace place() {
        return new WardenPlace(name);
    }

    WardenClient warden() {
        return new WardenClient(place());
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
