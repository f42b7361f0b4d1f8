package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** /sys/devices/system/cpu/cpuN/cache (kernel, Documentation/ABI/testing/sysfs-devices-system-cpu). */
final class CpuCaches {
    private static final Pattern INDEX = Pattern.compile("index\\d+");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KM]?)");
    private static final Set<String> KINDS = Set.of("data", "instruction", "unified");

    private final Map<String, HardwareProfile.Cache> sums = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();
    private final MachineTree tree;

    private CpuCaches(MachineTree tree) {
        this.tree = tree;
    }

    static Fact<List<HardwareProfile.Cache>> read(MachineTree tree) {
        return CpuTopology.online(tree).then(cpus -> new CpuCaches(tree).of(cpus));
    }

    private Fact<List<HardwareProfile.Cache>> of(List<Integer> cpus) {
        for (int cpu : cpus) {
            String directory = CpuTopology.CPUS + "/cpu" + cpu + "/cache";
            Fact<List<String>> indexes =
                    tree.names(directory, name -> INDEX.matcher(name).matches());
            if (indexes instanceof Fact.Unknown<List<String>>(String reason)) {
                return Fact.unknown(reason);
            }
            for (String index : indexes.orElse(List.of())) {
                Fact<Boolean> added = add(directory + "/" + index);
                if (added instanceof Fact.Unknown<Boolean>(String reason)) {
                    return Fact.unknown(reason);
                }
            }
        }
        return sums.isEmpty()
                ? Fact.unknown("the kernel lists no processor cache")
                : Fact.known(new ArrayList<>(sums.values()).stream().toList());
    }

    /** Adds a cache unless another processor that shares it has shown it already. */
    private Fact<Boolean> add(String index) {
        return tree.count(index + "/level")
                .then(level -> level < 1 || level > 4
                        ? Fact.unknown("/" + index + "/level is out of range")
                        : kind(index)
                                .then(kind -> sharers(index).then(sharers -> {
                                    boolean first = seen.add(level + " " + kind + " " + sharers);
                                    return first
                                            ? bytes(index).map(bytes -> add(level, kind, bytes))
                                            : Fact.known(false);
                                })));
    }

    private boolean add(int level, String kind, long bytes) {
        sums.merge(
                level + kind,
                new HardwareProfile.Cache(level, kind, 1, bytes),
                (sum, one) -> new HardwareProfile.Cache(level, kind, sum.count() + 1, sum.bytes() + one.bytes()));
        return true;
    }

    private Fact<String> kind(String index) {
        return tree.word(index + "/type")
                .map(type -> type.toLowerCase(Locale.ROOT))
                .then(type -> KINDS.contains(type)
                        ? Fact.known(type)
                        : Fact.unknown("/" + index + "/type is none of " + KINDS));
    }

    private Fact<String> sharers(String index) {
        return tree.word(index + "/shared_cpu_list");
    }

    private Fact<Long> bytes(String index) {
        return tree.word(index + "/size").then(text -> {
            Matcher size = SIZE.matcher(text);
            if (!size.matches()) {
                return Fact.unknown("/" + index + "/size holds no size");
            }
            int shift = switch (size.group(2)) {
                case "K" -> 10;
                case "M" -> 20;
                default -> 0;
            };
            return MachineTree.number(size.group(1), "/" + index + "/size").map(value -> value << shift);
        });
    }
}
