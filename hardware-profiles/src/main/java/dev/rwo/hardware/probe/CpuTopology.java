package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sockets, cores and threads, from /sys/devices/system/cpu and, for the two kinds of cores of a hybrid processor, from
 * /sys/devices/cpu_core and cpu_atom (perf's two PMUs; kernel, Documentation/arch/x86/topology and
 * admin-guide/perf/hybrid).
 */
final class CpuTopology {
    static final String CPUS = "sys/devices/system/cpu";

    /** Which package and core a logical processor belongs to. */
    private record Core(long socket, long core) {}

    /** Counts of the whole machine. */
    record Counts(int sockets, int cores, int threads) {}

    private CpuTopology() {}

    static Fact<Counts> counts(MachineTree tree) {
        return online(tree).then(online -> count(tree, online));
    }

    /** Numbers of the logical processors in use. */
    static Fact<List<Integer>> online(MachineTree tree) {
        return tree.attribute(CPUS + "/online").then(online -> cpuList(online, "/" + CPUS + "/online"));
    }

    /** Of each core the first logical processor, and of each package. */
    record Leaders(List<Integer> ofCores, List<Integer> ofPackages) {}

    static Fact<Leaders> leaders(MachineTree tree) {
        return online(tree).then(online -> {
            Map<Core, Integer> cores = new LinkedHashMap<>();
            Map<Long, Integer> sockets = new LinkedHashMap<>();
            for (int cpu : online) {
                Fact<Core> core = core(tree, cpu);
                if (core instanceof Fact.Unknown<Core>(String reason)) {
                    return Fact.unknown(reason);
                }
                core.ifKnown(known -> {
                    cores.putIfAbsent(known, cpu);
                    sockets.putIfAbsent(known.socket(), cpu);
                });
            }
            return Fact.known(new Leaders(List.copyOf(cores.values()), List.copyOf(sockets.values())));
        });
    }

    static Fact<HardwareProfile.Hybrid> hybrid(MachineTree tree) {
        if (!tree.isDirectory(CPUS)) {
            return Fact.unknown("/" + CPUS + " is missing");
        }
        Fact<Boolean> two = tree.present("sys/devices/cpu_core")
                .then(performance -> tree.present("sys/devices/cpu_atom").map(efficiency -> performance && efficiency));
        return two.then(kinds -> kinds ? countKinds(tree) : Fact.known(new HardwareProfile.Hybrid(0, 0)));
    }

    private static Fact<HardwareProfile.Hybrid> countKinds(MachineTree tree) {
        return coresOf(tree, "sys/devices/cpu_core/cpus")
                .then(performance -> coresOf(tree, "sys/devices/cpu_atom/cpus")
                        .map(efficiency -> new HardwareProfile.Hybrid(performance, efficiency)));
    }

    private static Fact<Integer> coresOf(MachineTree tree, String list) {
        return tree.attribute(list)
                .then(text -> cpuList(text, "/" + list))
                .then(cpus -> count(tree, cpus))
                .map(Counts::cores);
    }

    private static Fact<Counts> count(MachineTree tree, List<Integer> cpus) {
        Set<Long> sockets = new HashSet<>();
        Set<Core> cores = new HashSet<>();
        for (int cpu : cpus) {
            switch (core(tree, cpu)) {
                case Fact.Known<Core>(Core known) -> {
                    sockets.add(known.socket());
                    cores.add(known);
                }
                case Fact.Unknown<Core>(String reason) -> {
                    return Fact.unknown(reason);
                }
            }
        }
        return Fact.known(new Counts(sockets.size(), cores.size(), cpus.size()));
    }

    private static Fact<Core> core(MachineTree tree, int cpu) {
        String topology = CPUS + "/cpu" + cpu + "/topology/";
        return tree.number(topology + "physical_package_id")
                .then(socket -> tree.number(topology + "core_id").map(id -> new Core(socket, id)));
    }

    /** Parses the kernel's list format, for example {@code 0-3,8}. */
    static Fact<List<Integer>> cpuList(String text, String where) {
        List<Integer> cpus = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", 2);
            int first = MachineTree.count(ends[0], where).orElse(-1);
            int last = MachineTree.count(ends[ends.length - 1], where).orElse(-1);
            // 8192 is the largest NR_CPUS that x86 can be configured for (arch/x86/Kconfig).
            if (first < 0 || last < first || last >= 8192) {
                return Fact.unknown(where + " holds no list of processors");
            }
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return Fact.known(cpus);
    }
}
