package dev.rwo.image.cli;

import dev.rwo.image.build.SeedContent;
import dev.rwo.image.build.SeedContent.SeedFile;
import dev.rwo.keys.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers what goes on a site's seed partition: settings, credential, stacks. */
final class SeedFiles {
    private SeedFiles() {}

    /**
     * @param stacks a folder with one folder a stack, each with a docker-compose.yml, or null for none
     */
    static SeedContent of(Site site, @Nullable Path rwoYaml, @Nullable Path stacks) {
        return of(site, TrustMode.SITE, rwoYaml, stacks);
    }

    /** As above, in a trust mode. */
    static SeedContent of(Site site, TrustMode trust, @Nullable Path rwoYaml, @Nullable Path stacks) {
        Path settings = rwoYaml == null ? site.rwoYaml() : rwoYaml;
        if (!Files.isRegularFile(settings)) {
            throw CommandException.badInput("there is no settings file " + settings.toAbsolutePath());
        }
        List<SeedFile> files = new ArrayList<>();
        files.add(SeedFile.of("rwo.yaml", settings));
        trust.credential(site).forEach((name, content) -> files.add(SeedFile.of("credential/" + name, content)));
        if (stacks != null) {
            addStacks(stacks, files);
        }
        return new SeedContent(files);
    }

    private static void addStacks(Path stacks, List<SeedFile> files) {
        List<Path> folders = list(stacks).stream().filter(Files::isDirectory).toList();
        if (folders.isEmpty()) {
            throw CommandException.badInput(stacks.toAbsolutePath()
                    + " holds no stack; make a folder for each, with its docker-compose.yml and image tars in it");
        }
        for (Path folder : folders) {
            if (!Files.isRegularFile(folder.resolve("docker-compose.yml"))) {
                throw CommandException.badInput(folder.toAbsolutePath() + " has no docker-compose.yml");
            }
            list(folder).stream()
                    .filter(Files::isRegularFile)
                    .forEach(file ->
                            files.add(SeedFile.of("stacks/" + folder.getFileName() + "/" + file.getFileName(), file)));
        }
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw CommandException.badInput("there is no folder " + folder.toAbsolutePath());
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }
}
