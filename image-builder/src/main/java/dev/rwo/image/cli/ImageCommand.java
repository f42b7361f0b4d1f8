package dev.rwo.image.cli;

import picocli.CommandLine.Command;

/** Holds the commands on images. */
@Command(
        name = "image",
        synopsisSubcommandLabel = "COMMAND",
        description = "Build disk images, and boot them in a virtual machine.",
        mixinStandardHelpOptions = true)
final class ImageCommand {}
