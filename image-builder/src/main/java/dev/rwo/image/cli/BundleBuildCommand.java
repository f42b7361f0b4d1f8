package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.image.build.BuiltBundle;
import dev.rwo.image.build.ImageBuildException;
import dev.rwo.keys.Site;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds an update bundle for the boxes of a site. */
@Command(
        name = "build",
        description = "Build the update bundle of this checkout, signed for a site. It holds no secret.",
        mixinStandardHelpOptions = true)
final class BundleBuildCommand implements Callable<Integer> {
    private final Workstation workstation;

    @Option(names = "--site", required = true, paramLabel = "SITE", description = "Name or directory of the site.")
    private String siteName = "";

    @Option(
            names = "--os-version",
            paramLabel = "VERSION",
            description =
                    "Of the OS that it brings; by default this checkout's. For the same checkout with newer Debian"
                            + " packages, for example 0.1.0.1.")
    private String version = RwoCommand.Version.number();

    @Option(names = "--debug", description = "With a root shell on the serial port. Never for a shop.")
    private boolean debug;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    BundleBuildCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() throws ImageBuildException {
        Site site = workstation.openSite(siteName);
        BuiltBundle bundle = ImageMaking.bundle(workstation, site, version, debug);
        if (json) {
            workstation.say(JsonNodeFactory.instance
                    .objectNode()
                    .put("site", site.name().value())
                    .put("bundle", bundle.file().toString())
                    .put("bytes", bundle.size())
                    .put("checksums", bundle.checksums().toString())
                    .put("version", bundle.version())
                    .put("kind", bundle.kind())
                    .put("agent", bundle.agentKind()));
        } else {
            workstation.say("Bundle      " + bundle.file() + " (" + BinarySize.of(bundle.size()) + ")");
            workstation.say("Version     " + bundle.version() + " for " + bundle.kind());
            workstation.say("Checksums   " + bundle.checksums());
        }
        return RwoCommand.DONE;
    }
}
