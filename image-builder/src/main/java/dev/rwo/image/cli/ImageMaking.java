package dev.rwo.image.cli;

import dev.rwo.image.build.BuildOptions;
import dev.rwo.image.build.BuiltBundle;
import dev.rwo.image.build.BuiltImage;
import dev.rwo.image.build.BuiltSysext;
import dev.rwo.image.build.BundleBuild;
import dev.rwo.image.build.ImageBuild;
import dev.rwo.image.build.ImageBuildException;
import dev.rwo.image.build.SeedContent;
import dev.rwo.image.build.SysextBuild;
import dev.rwo.keys.Site;
import dev.rwo.keys.UpdateSignature;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds images, bundles and plug-ins with the agent of this checkout, telling how it goes on. */
final class ImageMaking {
    private ImageMaking() {}

    static BuiltImage make(Workstation workstation, String name, SeedContent seed, boolean debug, boolean compress)
            throws ImageBuildException {
        BuiltImage image = ImageBuild.of(options(workstation, RwoCommand.Version.number(), name, seed, debug, compress))
                .run(workstation::progress);
        new BuiltImages(workstation).remember(name, image);
        return image;
    }

    /** A bundle is for all boxes of a site, so it has the site's name and nobody's settings. */
    static BuiltBundle bundle(Workstation workstation, Site site, String version, boolean debug)
            throws ImageBuildException {
        BuildOptions options = options(workstation, version, site.name().value(), SeedContent.EMPTY, debug, false);
        return BundleBuild.of(options, signed -> site.signUpdate(UpdateSignature.contentOf(signed)), site.rootFile())
                .run(workstation::progress);
    }

    /** A plug-in is for all systems of a site, as a bundle is for its boxes. */
    static BuiltSysext sysext(Workstation workstation, Site site, String version) throws ImageBuildException {
        BuildOptions options = options(workstation, version, site.name().value(), SeedContent.EMPTY, false, false);
        return SysextBuild.of(options, site::signRootHash, site.updateSigningFile())
                .run(workstation::progress);
    }

    private static BuildOptions options(
            Workstation workstation, String version, String name, SeedContent seed, boolean debug, boolean compress) {
        Path agent = workstation.project().resolve("agent/target/dist");
        if (!Files.isRegularFile(agent.resolve("usr/lib/rwo/build-info.json"))) {
            throw CommandException.failed("the agent is not built (" + agent + "); start this command through ./rwo");
        }
        return new BuildOptions(workstation.project(), workstation.work(), version, agent, seed, name, debug, compress);
    }
}
