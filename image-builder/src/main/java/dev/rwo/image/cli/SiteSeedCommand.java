package dev.rwo.image.cli;

import dev.rwo.image.build.SeedContent;
import dev.rwo.image.build.SeedFolder;
import dev.rwo.keys.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a site's seed into a folder, for systems that are not ours. */
@Command(
        name = "seed",
        description =
                "Write what is on the seed partition of a site's images into a folder, for systems with the plug-in."
                        + " Whoever holds it can join the site: keep it safe.",
        mixinStandardHelpOptions = true)
final class SiteSeedCommand implements Callable<Integer> {
    private final Workstation workstation;

    @Parameters(index = "0", paramLabel = "SITE", description = "Name or directory of the site.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FOLDER", description = "Is made; must not exist yet.")
    private Path folder = Path.of("");

    @Option(names = "--rwo-yaml", paramLabel = "FILE", description = "Settings of the nodes; by default the site's.")
    private @Nullable Path rwoYaml;

    @Option(names = "--stacks", paramLabel = "DIR", description = "Workloads to bring along, as for an image.")
    private @Nullable Path stacks;

    @Option(names = "--trust", paramLabel = "site|approve", description = "As for an image.")
    private TrustMode trust = TrustMode.SITE;

    SiteSeedCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() {
        Site site = workstation.openSite(name);
        SeedContent seed = SeedFiles.of(site, trust, rwoYaml, stacks);
        try {
            SeedFolder.write(seed, folder);
        } catch (FileAlreadyExistsException exists) {
            throw CommandException.badInput(folder.toAbsolutePath() + " exists and is not overwritten");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
        workstation.say(
                "Seed of " + site.name() + " is in " + folder.toAbsolutePath().normalize());
        workstation.say("Next: copy it to /var/lib/rwo/seed of the system, readable by root only");
        return RwoCommand.DONE;
    }
}
