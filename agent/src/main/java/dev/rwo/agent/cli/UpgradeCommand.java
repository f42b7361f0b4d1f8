package dev.rwo.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rwo upgrade}. */
@Command(
        name = "upgrade",
        mixinStandardHelpOptions = true,
        description = "The OS of this box, and of the whole site.",
        subcommands = {
            UpgradeInstallCommand.class,
            UpgradeNodeCommand.class,
            UpgradeVersionCommand.Boot.class,
            UpgradeVersionCommand.Clear.class
        })
final class UpgradeCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
