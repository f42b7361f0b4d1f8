package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.testing.MachineFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged trees: whatever /proc and /sys hold, a probe answers, and its answer can be shown, stored and read. */
class ProbeRobustnessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> STORED = new HashMap<>();

    /** What happens to one file. */
    private enum Damage {
        EMPTIED,
        CUT,
        RANDOM_BYTES,
        REMOVED,
        BECAME_A_DIRECTORY,
        HUGE_NUMBER,
        HUGE_FILE,
        NEGATIVE,
        NO_PERMISSION,
        LINK_TO_ITSELF
    }

    @Property(tries = 60)
    void damagedTreeNeverThrows(@ForAll @From("machines") String machine, @ForAll long seed) throws IOException {
        Path root = Files.createTempDirectory("rwo-damaged");
        try {
            MachineFile.layOut(machine, root);
            damage(root, new Random(seed));

            HardwareProfile profile = new HardwareProbe(root).probe();

            assertUsable(profile);
            assertThat(profile.toJson().toString()).doesNotContain("the probe failed on");
        } finally {
            delete(root);
        }
    }

    @Property(tries = 200)
    void storedProfileOfAnyFormIsReadOrRefused(@ForAll @From("machines") String machine, @ForAll long seed) {
        Random random = new Random(seed);
        String damaged = stored(machine)
                .replace(
                        List.of("true", "\"name\"", "[", "12", "unknown").get(random.nextInt(5)),
                        List.of("\"x\"", "\"naem\"", "[[],", "1.5e300", "none").get(random.nextInt(5)));
        JsonNode json;
        try {
            json = JSON.readTree(damaged);
        } catch (JsonProcessingException notJson) {
            return;
        }
        assertUsable(HardwareProfile.fromJson(json));
    }

    @Test
    void storedProfileThatIsNoObjectIsRefused() {
        assertThatThrownBy(() -> HardwareProfile.fromJson(JSON.createArrayNode()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("probe the machine again");
    }

    @Test
    void emptyTreeKnowsNothingAndClaimsNothing(@TempDir Path root) {
        HardwareProfile profile = new HardwareProbe(root).probe();

        assertUsable(profile);
        assertThat(NodeLabels.of(profile)).containsOnlyKeys("edge.profile.rev");
        assertThat(NodeLabels.unknown(profile).keys())
                .contains("edge.cpu.class", "edge.cpu.ge.3", "edge.mem.ge.8", "edge.virt.kvm", "edge.disk.kind");
        assertThat(EngineLabels.of(profile).labels()).isEmpty();
    }

    @Test
    void missingFolderIsNoReasonToFail(@TempDir Path root) {
        assertUsable(new HardwareProbe(root.resolve("nowhere")).probe());
    }

    /** A device that is pulled out between the listing and the reading: its directory is there, its files are not. */
    @Test
    void deviceThatVanishesWhileReadIsUnknownAndNotAbsent(@TempDir Path root) throws IOException {
        MachineFile.layOut("till-box", root);
        for (String name : List.of("sys/bus/usb/devices/1-2", "sys/bus/pci/devices/0000:00:02.0")) {
            delete(root.resolve(name));
            Files.createDirectory(root.resolve(name));
        }

        HardwareProfile profile = new HardwareProbe(root).probe();

        assertUsable(profile);
        assertThat(profile.power().upsOnUsb().isKnown()).isFalse();
        assertThat(profile.gpus().isKnown()).isFalse();
        assertThat(profile.accelerators().isKnown()).isFalse();
    }

    @Test
    void pipeInPlaceOfAFileIsNotWaitedFor(@TempDir Path root) throws IOException, InterruptedException {
        MachineFile.layOut("till-box", root);
        Path pipe = root.resolve("sys/class/net/enp1s0/speed");
        Files.delete(pipe);
        Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(mkfifo.waitFor()).isZero();

        HardwareProfile profile = new HardwareProbe(root).probe();

        assertThat(profile.nics().orElse(List.of()).getFirst().megabitsPerSecond())
                .isEqualTo(Fact.unknown("/sys/class/net/enp1s0/speed is not a file"));
    }

    /** What may not be read replays as unknown too, not as missing. */
    @Test
    void refusedFileOfARecordingIsUnknown(@TempDir Path root) throws IOException {
        MachineFile.layOut("till-box", root);
        Files.createDirectories(root.resolve("recorded"));
        Files.writeString(root.resolve(MachineTree.REFUSED), "dev/kvm\tno permission to read /dev/kvm\n");

        assertThat(new HardwareProbe(root).probe().virtualization().kvm())
                .isEqualTo(Fact.unknown("no permission to read /dev/kvm"));
    }

    private static String stored(String machine) {
        return STORED.computeIfAbsent(machine, name -> {
            try {
                Path root = Files.createTempDirectory("rwo-stored");
                String json = new HardwareProbe(MachineFile.layOut(name, root))
                        .probe()
                        .toJson()
                        .toString();
                delete(root);
                return json;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Provide
    Arbitrary<String> machines() {
        return Arbitraries.of(MachineFile.names());
    }

    private static void assertUsable(HardwareProfile profile) {
        assertThat(HardwareProfile.fromJson(profile.toJson())).isEqualTo(profile);
        assertThat(NodeLabels.of(profile)).allSatisfy((key, value) -> {
            assertThat(key).matches("[A-Za-z_][A-Za-z0-9._-]+");
            assertThat(value).matches("[A-Za-z0-9._-]{1,63}");
        });
        assertThat(EngineLabels.of(profile).labels())
                .allSatisfy((key, value) -> assertThat(value).matches("[A-Za-z0-9._-]{1,63}"));
        assertThat(NodeLabels.unknown(profile).keys())
                .doesNotContainAnyElementsOf(NodeLabels.of(profile).keySet());
    }

    private static void damage(Path root, Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (int count = 1 + random.nextInt(files.size()); count > 0; count--) {
            Path file = files.get(random.nextInt(files.size()));
            if (Files.isRegularFile(file)) {
                damage(file, Damage.values()[random.nextInt(Damage.values().length)], random);
            }
        }
    }

    private static void damage(Path file, Damage damage, Random random) throws IOException {
        byte[] content = Files.readAllBytes(file);
        switch (damage) {
            case EMPTIED -> Files.write(file, new byte[0]);
            case CUT -> Files.write(file, Arrays.copyOf(content, random.nextInt(content.length + 1)));
            case RANDOM_BYTES -> {
                byte[] noise = new byte[random.nextInt(5000)];
                random.nextBytes(noise);
                Files.write(file, noise);
            }
            case REMOVED -> Files.delete(file);
            case BECAME_A_DIRECTORY -> {
                Files.delete(file);
                Files.createDirectory(file);
            }
            case HUGE_NUMBER -> Files.writeString(file, "9".repeat(1 + random.nextInt(30)));
            case HUGE_FILE -> {
                byte[] lines = new byte[200 * 1024];
                Arrays.fill(lines, (byte) "x\n8:0".charAt(random.nextInt(5)));
                Files.write(file, lines);
            }
            // For root this changes nothing; others get "permission denied".
            case NO_PERMISSION -> Files.setPosixFilePermissions(file, Set.of());
            case LINK_TO_ITSELF -> {
                Files.delete(file);
                Files.createSymbolicLink(file, file.getFileName());
            }
            case NEGATIVE -> Files.writeString(file, "-" + random.nextInt(1 << 30) + "\n");
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
