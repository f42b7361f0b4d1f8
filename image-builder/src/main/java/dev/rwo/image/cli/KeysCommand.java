package dev.rwo.image.cli;

import picocli.CommandLine.Command;

/** Holds the commands on keys that need the site's folder. */
@Command(
        name = "keys",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Renew a site's root, issuing authority and operator's certificate. Other keys: rwo keys, on a node.",
        mixinStandardHelpOptions = true)
final class KeysCommand {}
