package dev.rwo.ci.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Room for everybody's neighbours in the kernel's one ARP table: it is shared by all network namespaces of a machine and
 * holds 1024 entries by default, where a hundred hosts that all talk to each other have 9,900.
 */
final class NeighbourTable {

    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/neigh/default");

    /** The share of the hard limit at which the kernel begins to tidy up, as by default. */
    private static final Map<String, Integer> DIVISORS = Map.of("gc_thresh3", 1, "gc_thresh2", 2, "gc_thresh1", 8);

    private NeighbourTable() {}

    /**
     * Raises the limits of this machine, if they are lower. They stay so until it reboots, as those that Docker raises:
     * another lab may need them longer than this one, and no host pays for what it does not use.
     */
    static void makeRoom(int hosts) throws IOException {
        // Their neighbours and the gateway's, and as many again of those that have just gone.
        int wanted = 2 * hosts * (hosts + 1);
        for (Map.Entry<String, Integer> divisor : DIVISORS.entrySet()) {
            Path setting = SETTINGS.resolve(divisor.getKey());
            // Not readString: it asks for a single byte first, and the kernel answers no second read of a number.
            int now = Integer.parseInt(Files.readAllLines(setting).getFirst().strip());
            int needed = wanted / divisor.getValue();
            if (now < needed) {
                Files.writeString(setting, Integer.toString(needed));
            }
        }
    }
}
