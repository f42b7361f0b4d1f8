package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.testing.MachineFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole machines, from their files to the labels that an operator sees. */
class RecordedMachinesTest {
    @TempDir
    Path root;

    static List<String> machines() {
        return MachineFile.names();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void machineGetsExactlyItsLabels(String machine) {
        HardwareProfile profile = probe(machine);

        assertThat(shown(profile)).containsExactlyElementsOf(MachineFile.expectedLabels(machine));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void profileSurvivesJson(String machine) {
        HardwareProfile profile = probe(machine);

        HardwareProfile read = HardwareProfile.fromJson(profile.toJson());

        assertThat(read).isEqualTo(profile);
        assertThat(read.toJson().toString()).isEqualTo(profile.toJson().toString());
        assertThat(read.revision()).isEqualTo(profile.revision());
    }

    @Test
    void everyMachineHasItsOwnRevision() {
        List<String> revisions = machines().stream()
                .map(machine -> new HardwareProbe(MachineFile.layOut(machine, root.resolve(machine))).probe())
                .map(HardwareProfile::revision)
                .toList();

        assertThat(revisions).doesNotHaveDuplicates().allMatch(revision -> revision.matches("[0-9a-f]{12}"));
    }

    @Test
    void systemDiskIsFoundThroughLvmAndRaid() {
        HardwareProfile profile = probe("dual-xeon");

        assertThat(profile.storage().disks().orElse(List.of()))
                .filteredOn(disk -> disk.system().orElse(false))
                .extracting(HardwareProfile.Disk::name)
                .containsExactly("sda", "sdb");
    }

    @Test
    void hybridProcessorTellsItsTwoKindsOfCores() {
        assertThat(probe("hybrid-mini").cpu().hybrid()).isEqualTo(Fact.known(new HardwareProfile.Hybrid(4, 8)));
    }

    private HardwareProfile probe(String machine) {
        return new HardwareProbe(MachineFile.layOut(machine, root)).probe();
    }

    /** Node labels, engine labels and what is unknown, one a line. */
    private static List<String> shown(HardwareProfile profile) {
        EngineLabels engine = EngineLabels.of(profile);
        return Stream.of(
                        lines("", NodeLabels.of(profile)).filter(line -> !line.startsWith("edge.profile.rev=")),
                        lines("engine ", engine.labels()),
                        engine.genericResources().stream().map(resource -> "resource " + resource),
                        NodeLabels.unknown(profile).keys().stream().map(key -> "unknown " + key),
                        NodeLabels.unknown(profile).prefixes().stream().map(prefix -> "unknown " + prefix + "*"))
                .flatMap(lines -> lines)
                .toList();
    }

    private static Stream<String> lines(String prefix, Map<String, String> labels) {
        return labels.entrySet().stream().map(label -> prefix + label.getKey() + "=" + label.getValue());
    }
}
