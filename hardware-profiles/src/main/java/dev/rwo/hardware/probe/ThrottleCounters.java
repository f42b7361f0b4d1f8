package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.List;
import java.util.stream.Stream;

/**
 * /sys/devices/system/cpu/cpuN/thermal_throttle: Intel's counters of throttling for heat (kernel,
 * Documentation/ABI/testing/sysfs-devices-system-cpu). Siblings show the counter of their core, cores that of their
 * package: each is counted once.
 */
final class ThrottleCounters {
    private ThrottleCounters() {}

    /** The files to add up; found once, they stay the same while the same processors are online. */
    static Fact<List<String>> files(MachineTree tree) {
        return CpuTopology.leaders(tree)
                .map(leaders -> Stream.concat(
                                leaders.ofPackages().stream().map(cpu -> file(cpu, "package")),
                                leaders.ofCores().stream().map(cpu -> file(cpu, "core")))
                        .toList());
    }

    /** How often since boot. */
    static Fact<Long> sum(MachineTree tree, Fact<List<String>> files) {
        return files.then(known -> Sums.of(known.stream().map(tree::count).toList()));
    }

    private static String file(int cpu, String scope) {
        return CpuTopology.CPUS + "/cpu" + cpu + "/thermal_throttle/" + scope + "_throttle_count";
    }
}
