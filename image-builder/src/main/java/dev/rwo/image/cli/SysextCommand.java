package dev.rwo.image.cli;

import picocli.CommandLine.Command;

/** Holds the commands on the plug-in. */
@Command(
        name = "sysext",
        synopsisSubcommandLabel = "COMMAND",
        description = "Build the plug-in that brings the agent to systems that are not ours.",
        mixinStandardHelpOptions = true)
final class SysextCommand {}
