package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** /sys/devices/system/node (kernel, Documentation/ABI/stable/sysfs-devices-node). */
final class NumaNodes {
    private static final String NODES = "sys/devices/system/node";

    private NumaNodes() {}

    /** How many nodes have processors or memory; 1 on a kernel without NUMA. */
    static Fact<Integer> count(MachineTree tree) {
        return tree.present(NODES).then(numa -> numa ? populated(tree) : Fact.known(1));
    }

    private static Fact<Integer> populated(MachineTree tree) {
        return list(tree, "has_cpu")
                .then(withProcessors -> list(tree, "has_memory").map(withMemory -> {
                    Set<Integer> nodes = new HashSet<>(withProcessors);
                    nodes.addAll(withMemory);
                    return nodes.size();
                }));
    }

    /** The file is empty where no node has the thing. */
    private static Fact<List<Integer>> list(MachineTree tree, String state) {
        String file = NODES + "/" + state;
        return tree.attribute(file)
                .then(text -> text.isEmpty() ? Fact.known(List.of()) : CpuTopology.cpuList(text, "/" + file));
    }
}
