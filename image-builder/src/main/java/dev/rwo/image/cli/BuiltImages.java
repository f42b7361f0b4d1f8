package dev.rwo.image.cli;

import dev.rwo.image.build.BuiltImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Remembers under {@code build/last/} which image was built last for each name, so that nobody has to type its path. */
final class BuiltImages {
    private final Path notes;

    BuiltImages(Workstation workstation) {
        this.notes = workstation.work().resolve("last");
    }

    void remember(String name, BuiltImage image) {
        try {
            Files.createDirectories(notes);
            Files.writeString(notes.resolve(name), image.raw().toAbsolutePath() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + notes, e);
        }
    }

    /** The image built last under that name, if it is still there. */
    Optional<Path> last(String name) {
        try {
            Path raw = Path.of(Files.readString(notes.resolve(name), StandardCharsets.UTF_8)
                    .strip());
            return Files.isRegularFile(raw) ? Optional.of(raw) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + notes.resolve(name), e);
        }
    }
}
