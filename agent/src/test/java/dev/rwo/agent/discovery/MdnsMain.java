package dev.rwo.agent.discovery;

import dev.rwo.agent.fabric.LanAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Set;

/**
 * One box on the LAN, in a process of its own because network namespaces belong to processes: announces itself, prints
 * a line for each sighting, and ends with its standard input.
 */
final class MdnsMain {

    private MdnsMain() {}

    /**
     * Runs.
     *
     * @param arguments its address, the prefix length, its node ID
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        InetAddress own = InetAddress.ofLiteral(arguments[0]);
        LanAddress address = new LanAddress("eth0", own, Integer.parseInt(arguments[1]), true);
        Announcement announcement =
                new Announcement(address, 8443, 8444, arguments[2], "b" + arguments[2], "shop-17", "0.1");
        try (Mdns mdns = Mdns.start(
                announcement,
                () -> Set.of(own),
                sighting -> out.println("SEEN " + sighting.address() + " " + sighting.nodeId() + " " + sighting.site()),
                () -> true,
                Clock.systemUTC())) {
            while (System.in.read() >= 0) {
                out.println("DROPPED " + mdns.dropped() + " MEMORY "
                        + (Runtime.getRuntime().totalMemory()
                                        - Runtime.getRuntime().freeMemory())
                                / 1024);
            }
        }
    }
}
