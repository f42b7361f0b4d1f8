package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.Arrays;
import java.util.List;

/**
 * Which copy of the RWO image runs. RAUC's word on the kernel's command line ({@code rauc.slot=A}) goes first; otherwise
 * the partition under the verity device of the root file system tells: one kernel image fits either slot, and both
 * slots' partitions may carry the same label.
 */
final class BootSlot {
    private static final String COMMAND_LINE = "proc/cmdline";
    static final String PARAMETER = "rauc.slot=";

    /** Places in the image's partition table (docs/decisions/0004-image-layout.md): verity and root of A, then B. */
    private static final List<Integer> PARTITIONS_OF_A = List.of(3, 4);

    private static final List<Integer> PARTITIONS_OF_B = List.of(5, 6);

    private BootSlot() {}

    static Fact<String> read(MachineTree tree, String imageId) {
        if (!imageId.equals("rwo")) {
            return Fact.unknown("the running system is '" + imageId + "', not an RWO image");
        }
        return named(tree).or(underRoot(tree));
    }

    private static Fact<String> named(MachineTree tree) {
        return tree.text(COMMAND_LINE, 64 * 1024)
                .then(line -> Arrays.stream(line.split("\\s+"))
                        .filter(word -> word.startsWith(PARAMETER))
                        .map(word -> word.substring(PARAMETER.length()))
                        .filter(slot -> slot.equals("A") || slot.equals("B"))
                        .findFirst()
                        .map(Fact::known)
                        .orElse(Fact.unknown("/" + COMMAND_LINE + " names no slot")));
    }

    private static Fact<String> underRoot(MachineTree tree) {
        return new MountInfoFile(tree).deviceOf(List.of("/", "/usr")).then(mounted -> {
            String slaves = "sys/dev/block/" + mounted.number() + "/slaves";
            return tree.names(slaves).then(names -> {
                for (String name : names) {
                    int partition =
                            tree.count(slaves + "/" + name + "/partition").orElse(0);
                    if (PARTITIONS_OF_A.contains(partition)) {
                        return Fact.known("A");
                    }
                    if (PARTITIONS_OF_B.contains(partition)) {
                        return Fact.known("B");
                    }
                }
                return Fact.unknown("the root file system is on no partition of the image's layout");
            });
        });
    }
}
