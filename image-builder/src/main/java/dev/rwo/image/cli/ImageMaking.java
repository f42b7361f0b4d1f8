package dev.rwo.image.cli;

import dev.rwo.image.build.BuildOptions;
import dev.rwo.image.build.BuiltImage;
import dev.rwo.image.build.ImageBuild;
import dev.rwo.image.build.ImageBuildException;
import dev.rwo.image.build.SeedContent;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds an image with the agent of this checkout, telling how it goes on. */
final class ImageMaking {
    private ImageMaking() {}

    static BuiltImage make(Workstation workstation, String name, SeedContent seed, boolean debug, boolean compress)
            throws ImageBuildException {
        Path agent = workstation.project().resolve("agent/target/dist");
        if (!Files.isRegularFile(agent.resolve("usr/lib/rwo/build-info.json"))) {
            throw CommandException.failed("the agent is not built (" + agent + "); start this command through ./rwo");
        }
        BuildOptions options = new BuildOptions(
                workstation.project(),
                workstation.work(),
                RwoCommand.Version.number(),
                agent,
                seed,
                name,
                debug,
                compress);
        BuiltImage image = ImageBuild.of(options).run(workstation::progress);
        new BuiltImages(workstation).remember(name, image);
        return image;
    }
}
