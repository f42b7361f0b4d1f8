package dev.rwo.image.cli;

import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a site's keys. */
@Command(name = "init", description = "Make the keys and the settings of a new site.", mixinStandardHelpOptions = true)
final class SiteInitCommand implements Callable<Integer> {
    private final Workstation workstation;

    @Parameters(paramLabel = "NAME", description = "Name of the site: a-z, 0-9 and '-', such as shop-17.")
    private String name = "";

    @Option(names = "--dir", paramLabel = "DIR", description = "Where to make it; by default ~/.rwo/sites/NAME.")
    private @Nullable Path directory;

    SiteInitCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() {
        SiteName siteName = new SiteName(name);
        Path place = directory == null ? workstation.sites().resolve(name) : directory;
        Site site = Site.create(place, siteName, workstation.clock());
        String reference = directory == null ? name : site.directory().toString();
        workstation.say("""
                Site %1$s is made in %2$s

                Public: root-ca.crt, issuing-ca.crt, update-signing.crt, operator.crt
                To edit: rwo.yaml, the settings of the nodes
                Secret: private/, all of it. Back it up where nobody else can read it: who has root-ca.key or
                  update-signing.key owns the site, and without them it cannot be renewed or updated.
                  An image of this site carries issuing-ca.key and the enrolment secret: who has the image can join.

                Next: ./rwo image build --site %3$s""".formatted(siteName, site.directory(), reference));
        return RwoCommand.DONE;
    }
}
