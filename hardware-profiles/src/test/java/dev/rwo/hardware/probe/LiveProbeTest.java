package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.NodeLabels;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The machine the tests run on. */
@EnabledOnOs(OS.LINUX)
class LiveProbeTest {
    private static final MachineTree MACHINE = new MachineTree(Path.of("/"));

    /** What runs in a fresh JVM, so that no other test has loaded anything before. */
    static final class Main {
        public static void main(String[] arguments) {
            NodeLabels.of(new HardwareProbe(Path.of("/")).probe())
                    .forEach((key, value) -> System.out.println(key + "=" + value));
        }
    }

    /** A class that is never loaded cannot fork; OSHI hides failed commands, so counting processes is not enough. */
    @Test
    void probeForksNothingAndLoadsNoNativeBinding() throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-verbose:class",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> output;
        try (BufferedReader reader = jvm.inputReader()) {
            output = reader.lines().toList();
        }

        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).anyMatch(line -> line.startsWith("edge.cpu.class="));
        assertThat(output)
                .anyMatch(line -> line.contains("oshi.hardware.common.platform.linux.LinuxGlobalMemory"))
                .noneMatch(line -> line.contains(" java.lang.ProcessBuilder "))
                .noneMatch(line -> line.contains(" com.sun.jna"));
    }

    @Test
    void oshiAndTheKernelsFilesTellTheSameStory() {
        assertThat(OshiMachine.memoryBytes()).isEqualTo(new MemInfoFile(MACHINE).totalBytes());
        assertThat(OshiMachine.topology()).isEqualTo(CpuTopology.counts(MACHINE));
        assertThat(disks(OshiMachine.diskStores())).isEqualTo(disks(Map.of()));
    }

    private static Fact<List<HardwareProfile.Disk>> disks(Map<String, OshiMachine.Store> stores) {
        return new BlockDevices(MACHINE, new Asking(Duration.ofSeconds(10)), () -> stores)
                .read()
                .map(BlockDevices.Devices::disks);
    }

    @Test
    void thisMachineIsKnown() {
        HardwareProfile profile = new HardwareProbe(Path.of("/")).probe();

        assertThat(profile.cpu().threads().orElse(0))
                .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(profile.memory().visibleBytes().orElse(0L)).isPositive();
        assertThat(profile.readings().freeBytes().isKnown()).isTrue();
        assertThat(profile.virtualization().kvm().orElse(false))
                .isEqualTo(Files.isReadable(Path.of("/dev/kvm")) && Files.isWritable(Path.of("/dev/kvm")));
        assertThat(NodeLabels.of(profile)).containsKeys("edge.cpu.class", "edge.cpu.ge.1", "edge.mem.gib");
        assertThat(HardwareProfile.fromJson(profile.toJson())).isEqualTo(profile);
    }
}
