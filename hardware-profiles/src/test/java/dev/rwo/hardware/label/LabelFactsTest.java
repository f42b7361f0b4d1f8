package dev.rwo.hardware.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.probe.HardwareProbe;
import dev.rwo.hardware.testing.MachineFile;
import dev.rwo.hardware.testing.ProfileJson;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFactsTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        edge.cpu.ge.5               | edge.cpu.rank is 2 (celeron, Intel-Celeron-N4000)
        edge.cpu.cores.ge.8         | edge.cpu.cores is 2
        edge.mem.ge.16              | edge.mem.gib is 4
        edge.disk.free.ge.100       | the highest step reached is edge.disk.free.ge.10
        edge.net.link.ge.1g         | no step of edge.net.link.ge.* is reached
        edge.virt.kvm               | edge.virt.kvm is true
        edge.gpu.nvidia             | edge.gpu.driver is i915, graphics by intel
        feature.cpu-cpuid.AVX2      | the processor (Intel-Celeron-N4000) has no flag AVX2
        feature.cpu-cpuid.SSE42     | RWO makes no label of the flag SSE42; edge.cpu.level is x86-64-v2
        """)
    void labelsOfANodeSayWhatDecides(String key, String sentence) {
        assertThat(LabelFacts.ofLabels(key, NodeLabels.of(stick()))).contains(sentence);
    }

    @Test
    void nodeWithoutLabelsSaysSo() {
        assertThat(LabelFacts.ofLabels("edge.cpu.ge.5", Map.of()))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("no label edge.cpu.rank"));
        assertThat(LabelFacts.ofLabels("edge.gpu.intel", Map.of())).contains("no label of a graphics driver");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        edge.cpu.cores.ge.8         | 2 cores
        edge.mem.ge.16              | 4 GiB of memory
        edge.virt.kvm               | /dev/kvm opens
        edge.disk.kind              | /var lives on emmc
        edge.sec.secureboot         | Secure Boot is off
        feature.cpu-cpuid.AVX2      | the processor has no flag avx2
        edge.gpu.intel              | display controller: 0000:00:02.0 of vendor 8086 with driver i915
        """)
    void profileOfTheNodeSaysWhatDecides(String key, String sentence) {
        assertThat(LabelFacts.ofProfile(key, stick())).contains(sentence);
    }

    @Test
    void profileGivesTheReasonOfAnUnknownFact() {
        HardwareProfile profile =
                ProfileJson.of("{'virtualization': {'kvm': {'unknown': 'no permission to open /dev/kvm'}}}");

        assertThat(LabelFacts.ofProfile("edge.virt.kvm", profile)).contains("unknown: no permission to open /dev/kvm");
    }

    @Test
    void everyLabelOfEveryMachineHasItsFact() {
        for (String machine : MachineFile.names()) {
            HardwareProfile profile = new HardwareProbe(MachineFile.layOut(machine, root.resolve(machine))).probe();
            Map<String, String> labels = NodeLabels.of(profile);
            TreeSet<String> keys = new TreeSet<>(labels.keySet());
            keys.addAll(NodeLabels.unknown(profile).keys());
            assertThat(keys).allSatisfy(key -> {
                assertThat(LabelFacts.ofLabels(key, labels)).isPresent();
                assertThat(LabelFacts.ofProfile(key, profile)).isPresent();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "team", "com.example.zone"})
    void labelsOfOthersAreNotExplained(String key) {
        assertThat(LabelFacts.ofLabels(key, Map.of("team", "a"))).isEmpty();
        assertThat(LabelFacts.ofProfile(key, stick())).isEmpty();
    }

    private HardwareProfile stick() {
        return new HardwareProbe(MachineFile.layOut("celeron-stick", root.resolve("stick"))).probe();
    }
}
