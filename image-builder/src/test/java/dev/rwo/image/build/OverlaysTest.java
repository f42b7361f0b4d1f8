package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What must agree between the files of overlays/. */
class OverlaysTest {

    private static final Path OVERLAYS = Path.of("../overlays");
    private static final Path INITRD = OVERLAYS.resolve("mkosi.images/initrd/mkosi.extra/usr");
    private static final Pattern MIN_SIZE = Pattern.compile("(?m)^SizeMinBytes=(\\d+)([MG])$");

    @Test
    void theSizeThatTheNodeAsksForIsTheSizeThatItsPartitionsNeed() throws IOException {
        long sum = 0;
        for (Path definition : definitions(INITRD.resolve("lib/repart.d"))) {
            Matcher size = MIN_SIZE.matcher(Files.readString(definition));
            assertThat(size.find()).as("%s has a size", definition).isTrue();
            sum += Long.parseLong(size.group(1)) * (size.group(2).equals("G") ? 1024 : 1);
        }

        assertThat(Files.readString(INITRD.resolve("libexec/rwo/rwo-sysroot")))
                .contains("\nneeded_mib=" + (sum + 16) + "\n");
    }

    @Test
    void partitionsOfTheImageAreKnownToTheNodeInTheSameOrder() throws IOException {
        List<String> image = names(OVERLAYS.resolve("mkosi.repart"));
        List<String> node = names(INITRD.resolve("lib/repart.d"));

        assertThat(node).startsWith(image.toArray(String[]::new));
    }

    @Test
    void aNodeTakesBundlesOfTheKindThatIsBuilt() throws IOException {
        assertThat(Files.readString(OVERLAYS.resolve("base/mkosi.extra/usr/lib/rauc/system.conf")))
                .contains("\ncompatible=" + BundleBuild.KIND + "\n");
    }

    private static List<String> names(Path directory) throws IOException {
        return definitions(directory).stream()
                .map(path -> String.valueOf(path.getFileName()))
                .toList();
    }

    private static List<Path> definitions(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
