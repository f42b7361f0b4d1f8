package dev.rwo.image.cli;

import picocli.CommandLine.Command;

/** Holds the commands on update bundles. */
@Command(
        name = "bundle",
        synopsisSubcommandLabel = "COMMAND",
        description = "Build the signed bundles by which boxes are upgraded.",
        mixinStandardHelpOptions = true)
final class BundleCommand {}
