package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.image.build.BuiltImage;
import dev.rwo.image.build.ImageBuildException;
import dev.rwo.keys.Site;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds a site's disk image. */
@Command(
        name = "build",
        description = "Build the bootable disk image of a site. Whoever holds it can join the site: keep it safe.",
        mixinStandardHelpOptions = true)
final class ImageBuildCommand implements Callable<Integer> {
    private final Workstation workstation;

    @Option(names = "--site", required = true, paramLabel = "SITE", description = "Name or directory of the site.")
    private String siteName = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "First part of the files' names; by default the site's.")
    private @Nullable String name;

    @Option(names = "--rwo-yaml", paramLabel = "FILE", description = "Settings of the nodes; by default the site's.")
    private @Nullable Path rwoYaml;

    @Option(
            names = "--stacks",
            paramLabel = "DIR",
            description = "Workloads to bring along: a folder each, with docker-compose.yml and image tars in it.")
    private @Nullable Path stacks;

    @Option(
            names = "--trust",
            paramLabel = "site|approve",
            description =
                    "site (default): nodes let themselves in. approve: an operator approves each, with rwo approve"
                            + " on a node of an image of mode site.")
    private TrustMode trust = TrustMode.SITE;

    @Option(names = "--debug", description = "With a root shell on the serial port. Never for a shop.")
    private boolean debug;

    @Option(names = "--no-compress", description = "Only the .raw, not the .raw.zst: quicker.")
    private boolean noCompress;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    ImageBuildCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() throws ImageBuildException {
        Site site = workstation.openSite(siteName);
        String imageName = name == null ? site.name().value() : name;
        BuiltImage image = ImageMaking.make(
                workstation, imageName, SeedFiles.of(site, trust, rwoYaml, stacks), debug, !noCompress);
        if (json) {
            workstation.say(asJson(site, image));
        } else {
            sayText(image);
        }
        return RwoCommand.DONE;
    }

    private void sayText(BuiltImage image) {
        workstation.say("Image       " + image.raw() + " (" + BinarySize.of(image.rawSize()) + ")");
        image.zst()
                .ifPresent(zst -> workstation.say("Compressed  " + zst + " (" + BinarySize.of(image.zstSize()) + ")"));
        workstation.say("Checksums   " + image.checksums());
        workstation.say("Packages    " + image.packages());
        workstation.say("SBOM        " + image.sbom());
        workstation.say("Agent       "
                + (image.agentKind().equals("native")
                        ? "native executable"
                        : "on a Java runtime (set GRAALVM_HOME for a native executable)"));
        workstation.say("");
        String which = name == null ? "--site " + siteName : "--image " + image.raw();
        workstation.say("Next: ./rwo image boot " + which + "   or   ./rwo flash /dev/sdX " + which);
    }

    private static ObjectNode asJson(Site site, BuiltImage image) {
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("site", site.name().value())
                .put("raw", image.raw().toString())
                .put("rawBytes", image.rawSize())
                .put("checksums", image.checksums().toString())
                .put("packages", image.packages().toString())
                .put("sbom", image.sbom().toString())
                .put("roothash", image.roothash())
                .put("agent", image.agentKind());
        image.zst().ifPresent(zst -> result.put("zst", zst.toString()).put("zstBytes", image.zstSize()));
        return result;
    }
}
