package dev.rwo.image.cli;

import picocli.CommandLine.Command;

/** Holds the commands on sites. */
@Command(
        name = "site",
        synopsisSubcommandLabel = "COMMAND",
        description = "Make and look at sites: one shop, one cluster, one set of keys.",
        mixinStandardHelpOptions = true)
final class SiteCommand {}
