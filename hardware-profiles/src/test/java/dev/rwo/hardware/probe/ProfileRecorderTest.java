package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.testing.MachineFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recordings: the same profile elsewhere, and nothing in them that names the machine. */
class ProfileRecorderTest {
    /** Planted wherever a serial number can stand. */
    private static final String SERIAL = "SN-4711-GEHEIM";

    @TempDir
    Path folder;

    static List<String> machines() {
        return MachineFile.names();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void recordingWithSerialsReplaysToTheSameProfile(String machine) throws RecordingException {
        Path tree = MachineFile.layOut(machine, folder.resolve("machine"));
        Path recording = folder.resolve("recording");

        new ProfileRecorder(tree).record(recording, true);

        assertThat(new HardwareProbe(recording).probe()).isEqualTo(new HardwareProbe(tree).probe());
    }

    @ParameterizedTest
    @MethodSource("machines")
    void recordingWithoutSerialsReplaysToTheSameLabels(String machine) throws RecordingException {
        Path tree = MachineFile.layOut(machine, folder.resolve("machine"));
        Path recording = folder.resolve("recording");

        new ProfileRecorder(tree).record(recording, false);

        HardwareProfile replayed = new HardwareProbe(recording).probe();
        HardwareProfile original = new HardwareProbe(tree).probe();
        assertThat(labels(replayed)).isEqualTo(labels(original));
        assertThat(replayed.nics().orElse(List.of()))
                .hasSameSizeAs(original.nics().orElse(List.of()))
                .allSatisfy(
                        nic -> assertThat(nic.mac().orElse("00:00:5e:00:53:00")).startsWith("00:00:5e:00:53:"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachineReplaysToTheSameRevision() throws RecordingException {
        Path recording = folder.resolve("recording");

        new ProfileRecorder(Path.of("/")).record(recording, true);

        HardwareProfile replayed = new HardwareProbe(recording).probe();
        assertThat(replayed.revision())
                .isEqualTo(new HardwareProbe(Path.of("/")).probe().revision());
        assertThat(recording.resolve("profile.json"))
                .hasContent(replayed.toJson().toPrettyString() + "\n");
    }

    @Test
    void noSerialNumberSurvives() throws IOException, RecordingException {
        Path tree = plantSerials(MachineFile.layOut("dual-xeon", folder.resolve("machine")));
        Path recording = folder.resolve("recording");

        new ProfileRecorder(tree).record(recording, false);

        assertThat(tree(recording))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain(SERIAL)
                        .doesNotContain("02:42:ac:11:22:33")
                        .doesNotContain("0242ac112233"));
        HardwareProfile replayed = new HardwareProbe(recording).probe();
        assertThat(replayed.nics().orElse(List.of()))
                .extracting(HardwareProfile.Nic::mac)
                .doesNotHaveDuplicates();
    }

    @Test
    void serialNumbersStayWhenAskedFor() throws IOException, RecordingException {
        Path tree = plantSerials(MachineFile.layOut("dual-xeon", folder.resolve("machine")));
        Path recording = folder.resolve("recording");

        new ProfileRecorder(tree).record(recording, true);

        assertThat(new HardwareProbe(recording).probe().firmware().serial()).isEqualTo(Fact.known(SERIAL));
    }

    @Test
    void directoryThatIsNotEmptyIsRefusedAndLeftAlone() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("taken"));
        Files.writeString(taken.resolve("mine"), "keep");

        assertThatThrownBy(() -> new ProfileRecorder(folder).record(taken, false))
                .isInstanceOf(RecordingException.class)
                .hasMessage("will not record into " + taken + ": it is not empty; name a new directory");
        assertThat(taken).isDirectoryContaining("glob:**mine");
    }

    @Test
    void missingFolderIsNamedAndNothingIsLeft() {
        Path nowhere = folder.resolve("no/such/folder");

        assertThatThrownBy(() -> new ProfileRecorder(folder).record(nowhere, false))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("is missing")
                .hasMessageNotContaining("\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void recordingTellsItsDateAndOrigin() throws RecordingException {
        Path tree = MachineFile.layOut("qemu-vm", folder.resolve("machine"));
        Path recording = folder.resolve("recording");
        Clock clock = Clock.fixed(Instant.parse("2026-11-22T21:00:00Z"), ZoneOffset.UTC);

        new ProfileRecorder(tree, clock).record(recording, false);

        assertThat(recording.resolve("README"))
                .content()
                .contains("made:    2026-11-22T21:00:00Z", "origin:  a tree of files", "serials: blanked");
        assertThat(folder).isDirectoryNotContaining("glob:**/.recording-*");
    }

    @Test
    void linkThatLeadsOutOfTheTreeIsNotFollowed() throws IOException, RecordingException {
        Path tree = folder.resolve("machine");
        Files.createDirectories(tree.resolve("sys/class/net"));
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.createSymbolicLink(tree.resolve("sys/class/net/eth0"), Path.of("../../../../outside"));
        Files.createDirectories(outside.resolve("device"));

        new ProfileRecorder(tree).record(folder.resolve("recording"), false);

        assertThat(outside).isDirectoryContaining("glob:**/device");
        try (Stream<Path> entries = Files.list(outside)) {
            assertThat(entries).hasSize(1);
        }
    }

    private static Path plantSerials(Path tree) throws IOException {
        for (String path : List.of(
                "sys/class/dmi/id/product_serial",
                "sys/class/dmi/id/board_serial",
                "sys/block/sda/device/serial",
                "sys/bus/usb/devices/1-4/serial",
                "sys/bus/usb/devices/1-4/product")) {
            write(tree, path, SERIAL + "\n");
        }
        write(tree, "sys/bus/usb/devices/1-4/idVendor", "04b8\n");
        write(tree, "sys/bus/usb/devices/1-4/idProduct", "0202\n");
        write(tree, "sys/block/sdb/device/vpd_pg80", "\0\u0080\0\u0014" + SERIAL + "\n");
        for (String nic : List.of("enx0242ac112233", "eth7")) {
            Files.createDirectories(tree.resolve("sys/class/net/" + nic + "/device"));
        }
        write(tree, "sys/class/net/enx0242ac112233/address", "02:42:ac:11:22:33\n");
        write(tree, "sys/class/net/eth7/address", "02:42:ac:11:22:34\n");
        Files.write(tree.resolve("sys/firmware/dmi/tables/DMI"), SmbiosTableTest.systemWithSerial(SERIAL));
        return tree;
    }

    private static void write(Path tree, String path, String text) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }

    /** Every path and every content. */
    private static List<String> tree(Path root) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                texts.add(root.relativize(path).toString());
                if (Files.isSymbolicLink(path)) {
                    texts.add(Files.readSymbolicLink(path).toString());
                } else if (Files.isRegularFile(path)) {
                    texts.add(Files.readString(path, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return texts;
    }

    private static List<String> labels(HardwareProfile profile) {
        List<String> lines = new ArrayList<>();
        NodeLabels.of(profile).forEach((key, value) -> lines.add(key + "=" + value));
        EngineLabels.of(profile).labels().forEach((key, value) -> lines.add(key + "=" + value));
        NodeLabels.unknown(profile).keys().forEach(key -> lines.add("unknown " + key));
        lines.removeIf(line -> line.startsWith("edge.profile.rev=") || line.startsWith("serial_number="));
        return lines;
    }
}
