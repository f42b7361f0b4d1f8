package dev.rwo.ci.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Room for everybody's neighbours in the kernel's one ARP table: it is shared by all network namespaces of a machine and
 * holds 1024 entries by default, where a hundred hosts that all talk to each other have 9,900.
 */
final class NeighbourTable implements AutoCloseable {

    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/neigh/default");

    /** The share of the hard limit at which the kernel begins to tidy up, as by default. */
    private static final Map<String, Integer> DIVISORS = Map.of("gc_thresh3", 1, "gc_thresh2", 2, "gc_thresh1", 8);

    private final Map<Path, String> before = new LinkedHashMap<>();

    private NeighbourTable() {}

    /** Raises the limits of this machine, if they are lower; {@link #close} puts them back. */
    static NeighbourTable forHosts(int hosts) throws IOException {
        NeighbourTable table = new NeighbourTable();
        // Their neighbours and the gateway's, and as many again of those that have just gone.
        int wanted = 2 * hosts * (hosts + 1);
        for (Map.Entry<String, Integer> divisor : DIVISORS.entrySet()) {
            Path setting = SETTINGS.resolve(divisor.getKey());
            String now = Files.readString(setting).strip();
            int needed = wanted / divisor.getValue();
            if (Integer.parseInt(now) < needed) {
                table.before.put(setting, now);
                Files.writeString(setting, Integer.toString(needed));
            }
        }
        return table;
    }

    @Override
    public void close() {
        before.forEach((setting, value) -> {
            try {
                Files.writeString(setting, value);
            } catch (IOException denied) {
                throw new LabException(setting + " cannot be set back to " + value + ": " + denied, denied);
            }
        });
        before.clear();
    }
}
