package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.List;
import java.util.regex.Pattern;

/** /sys/devices/system/cpu/cpufreq: one policy for each group of cores that share a clock (kernel, pm/cpufreq). */
final class CpuFrequencies {
    private static final String POLICIES = CpuTopology.CPUS + "/cpufreq";
    private static final Pattern POLICY = Pattern.compile("policy\\d+");

    private CpuFrequencies() {}

    /** The highest frequency of any core, turbo included. */
    static Fact<Integer> maxMegahertz(MachineTree tree) {
        return tree.names(POLICIES, name -> POLICY.matcher(name).matches()).then(names -> highest(tree, names));
    }

    private static Fact<Integer> highest(MachineTree tree, List<String> names) {
        int kilohertz = 0;
        for (String name : names) {
            Fact<Integer> highest = tree.count(POLICIES + "/" + name + "/cpuinfo_max_freq");
            if (!highest.isKnown()) {
                return highest;
            }
            kilohertz = Math.max(kilohertz, highest.orElse(0));
        }
        return kilohertz < 1000
                ? Fact.unknown("no policy under /" + POLICIES + " tells a frequency")
                : Fact.known(kilohertz / 1000);
    }
}
