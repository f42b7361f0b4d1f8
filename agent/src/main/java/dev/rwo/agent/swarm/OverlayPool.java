package dev.rwo.agent.swarm;

import dev.rwo.agent.fabric.LanAddress;
import java.net.InetAddress;
import java.util.List;

/**
 * The block of addresses that a new swarm cuts its overlay networks from.
 *
 * <p>Docker's own default, 10.0.0.0/8, is cut from 10.0.0.0/24 upwards and so collides with a shop's LAN on 10.0.x.0;
 * a collision makes the LAN unreachable from containers. The candidates are seldom used on shops' LANs; the first that
 * does not touch an address of this box is taken.
 */
public final class OverlayPool {

    private static final List<String> CANDIDATES = List.of("10.208.0.0/12", "172.24.0.0/14", "10.128.0.0/12");

    private OverlayPool() {}

    /** The first candidate that no LAN of the box overlaps; the first one when all do. */
    public static String choose(List<LanAddress> lan) {
        return CANDIDATES.stream()
                .filter(pool -> lan.stream().noneMatch(address -> overlap(pool, address)))
                .findFirst()
                .orElse(CANDIDATES.getFirst());
    }

    private static boolean overlap(String pool, LanAddress lan) {
        String[] parts = pool.split("/", -1);
        int shorter = Math.min(Integer.parseInt(parts[1]), lan.prefix());
        long mask = shorter == 0 ? 0 : (0xFFFFFFFFL << (Integer.SIZE - shorter)) & 0xFFFFFFFFL;
        return (bits(InetAddress.ofLiteral(parts[0])) & mask) == (bits(lan.address()) & mask);
    }

    private static long bits(InetAddress address) {
        long bits = 0;
        for (byte octet : address.getAddress()) {
            bits = (bits << Byte.SIZE) | (octet & 0xFF);
        }
        return bits;
    }
}
