package dev.rwo.image.cli;

import dev.rwo.keys.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which image a command is about. */
final class ImageChoice {
    @Option(
            names = "--site",
            paramLabel = "SITE",
            description = "The image built last for this site (name or directory).")
    @Nullable
    String site;

    @Option(names = "--image", paramLabel = "FILE", description = "This image (.raw).")
    @Nullable
    Path file;

    Path resolve(Workstation workstation) {
        if (file != null) {
            return existing(file);
        }
        if (site == null) {
            throw CommandException.badInput("which image? Say --site NAME or --image FILE");
        }
        Site opened = workstation.openSite(site);
        return new BuiltImages(workstation)
                .last(opened.name().value())
                .orElseThrow(() -> CommandException.badInput("there is no image of site " + opened.name()
                        + " yet; build it with: ./rwo image build --site " + site));
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw CommandException.badInput("there is no image file " + file.toAbsolutePath());
        }
        if (file.toString().endsWith(".zst")) {
            throw CommandException.badInput(file + " is compressed; unpack it first with: zstd -d " + file);
        }
        return file.toAbsolutePath().normalize();
    }
}
