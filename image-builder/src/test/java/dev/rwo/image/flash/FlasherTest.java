package dev.rwo.image.flash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlasherTest {
    private static final int IMAGE_BYTES = (9 << 20) + 512;

    @TempDir
    Path folder;

    private Path image;
    private Path disk;

    @BeforeEach
    void makeAnImageAndALargerDisk() throws IOException {
        byte[] content = new byte[IMAGE_BYTES];
        new Random(17).nextBytes(content);
        image = Files.write(folder.resolve("image.raw"), content);
        byte[] old = new byte[12 << 20];
        Arrays.fill(old, (byte) 0xff);
        disk = Files.write(folder.resolve("disk"), old);
    }

    @Test
    void theImageArrivesAndWhatIsBehindItStays() throws IOException {
        List<Long> told = new ArrayList<>();
        Flasher flasher = Flasher.ontoFile(disk, image);
        flasher.verify(flasher.write(told::add), IMAGE_BYTES, told::add);
        byte[] now = Files.readAllBytes(disk);
        assertThat(now).hasSize(12 << 20);
        assertThat(Arrays.copyOf(now, IMAGE_BYTES)).isEqualTo(Files.readAllBytes(image));
        assertThat(now[IMAGE_BYTES]).isEqualTo((byte) 0xff);
        assertThat(told).endsWith((long) IMAGE_BYTES);
    }

    @Test
    void aDiskThatGivesBackSomethingElseIsReported() throws IOException {
        Flasher flasher = Flasher.ontoFile(disk, image);
        byte[] hash = flasher.write(done -> {});
        byte[] faulty = Files.readAllBytes(disk);
        faulty[5 << 20] ^= 1;
        Files.write(disk, faulty);
        assertThatThrownBy(() -> flasher.verify(hash, IMAGE_BYTES, done -> {}))
                .isInstanceOf(FlashException.class)
                .hasMessageContaining("do not use this disk");
    }

    @Test
    void aDiskThatIsShorterThanItSaysIsReported() throws IOException {
        Flasher flasher = Flasher.ontoFile(disk, image);
        byte[] hash = flasher.write(done -> {});
        Files.write(disk, Arrays.copyOf(Files.readAllBytes(disk), 1 << 20));
        assertThatThrownBy(() -> flasher.verify(hash, IMAGE_BYTES, done -> {})).isInstanceOf(FlashException.class);
    }

    @Test
    void aDiskThatIsGoneIsReportedInOneLine() throws IOException {
        Files.delete(disk);
        assertThatThrownBy(() -> Flasher.ontoFile(disk, image).write(done -> {}))
                .isInstanceOf(FlashException.class)
                .hasMessageContaining("writing to " + disk + " failed");
    }
}
