package dev.rwo.agent.upgrade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The kernel images on the boot partition, whose names say what will boot: {@code rwo_VERSION[+LEFT-DONE].efi}, the boot counting of
 * the <a href="https://uapi-group.org/specifications/specs/boot_loader_specification/#boot-counting">boot loader specification</a>.
 */
final class KernelImages {

    private static final Pattern NAME = Pattern.compile("rwo_([^+_]+)(?:\\+(\\d+)(?:-(\\d+))?)?\\.efi");

    private final Path directory;

    KernelImages(Path directory) {
        this.directory = directory;
    }

    /**
     * How a version stands.
     *
     * @param counted whether it is still on trial
     * @param left tries left
     * @param done tries used
     */
    record Trial(boolean counted, int left, int done) {}

    /** A version's; empty when it has no kernel image, and so cannot boot. */
    Optional<Trial> of(OsVersion version) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> NAME.matcher(String.valueOf(file.getFileName())))
                    .filter(name -> name.matches() && name.group(1).equals(version.text()))
                    .map(name -> new Trial(name.group(2) != null, number(name, 2), number(name, 3)))
                    .findFirst();
        }
    }

    private static int number(Matcher name, int group) {
        return name.group(group) == null ? 0 : Integer.parseInt(name.group(group));
    }
}
