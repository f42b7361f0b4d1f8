package dev.rwo.agent.fabric;

import dev.rwo.firstboot.config.Ipv4Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A node's address in the fabric: cut from the hash of its public WireGuard key, so that it is as stable as the key, needs
 * nobody to hand it out, and can be checked by everybody who knows the key.
 *
 * <p>IPv4, because Swarm, its VXLAN and GlusterFS are used with IPv4 nearly everywhere, while Docker's overlay networks
 * over IPv6 are recent and Debian's engine cannot advertise link-local addresses at all. Four million addresses are not so
 * many that two keys never meet (with 100 nodes one site in 800): then the later one takes the next round of its hash,
 * see {@link #choose}.
 */
public final class FabricAddress {

    /** Where the addresses are taken from. */
    public enum Block {
        /**
         * Shared address space of carriers (RFC 6598): no shop's LAN is numbered from it, by its own rules, and other
         * meshes (Tailscale) took it for that reason.
         */
        CARRIER("100.64.0.0", 10),
        /**
         * For benchmarks of network devices (RFC 2544), never routed: for a box that hangs directly on a carrier's network
         * and so has an address of the first block itself.
         */
        BENCHMARK("198.18.0.0", 15);

        private final int network;
        private final int length;

        Block(String network, int length) {
            this.network = bits(InetAddress.ofLiteral(network));
            this.length = length;
        }

        /** Whether an address is in it. */
        public boolean contains(InetAddress address) {
            return address instanceof Inet4Address && (bits(address) & mask(length)) == network;
        }

        /** Whether the network of a LAN address and this block have an address in common. */
        boolean overlaps(LanAddress lan) {
            int shorter = mask(Math.min(length, lan.prefix()));
            return lan.address() instanceof Inet4Address && (bits(lan.address()) & shorter) == (network & shorter);
        }
    }

    /** So many tries give every key of a thousand a place; more would only help one who looks for a key to a place. */
    static final int ROUNDS = 8;

    private static final int LAST_OCTET = 0xFF;

    private FabricAddress() {}

    /** The address of a key when no other key is in the way. */
    public static InetAddress of(String publicKey) {
        return of(publicKey, Block.CARRIER, 0);
    }

    /** The address of a key in a block after some rounds. */
    static InetAddress of(String publicKey, Block block, int round) {
        byte[] hash = sha256("rwo-fabric-" + round + ":" + publicKey);
        // The first four bytes of which the last is neither 0 nor 255: some software takes those for a network.
        for (int at = 0; at + Integer.BYTES <= hash.length; at++) {
            int bits = block.network | (toInt(hash, at) & ~mask(block.length));
            int last = bits & LAST_OCTET;
            if (last != 0 && last != LAST_OCTET) {
                return address(bits);
            }
        }
        // All windows of a hash end so once in 2^200 hashes.
        return address(block.network | 1);
    }

    /** All that a key may claim, the best first. */
    private static Stream<InetAddress> claimable(String publicKey, Block preferred) {
        return Stream.of(Block.values())
                .sorted((left, right) -> Boolean.compare(right == preferred, left == preferred))
                .flatMap(block -> IntStream.range(0, ROUNDS).mapToObj(round -> of(publicKey, block, round)));
    }

    /** Whether an address is one that the key may claim: of either block, of any round. */
    public static boolean derives(String publicKey, String address) {
        return claimable(publicKey, Block.CARRIER)
                .anyMatch(each -> each.getHostAddress().equals(address));
    }

    /** The block for a box: the first that none of its networks touches. */
    public static Block blockBeside(LanAddresses lan) {
        return Stream.of(Block.values())
                .filter(block -> lan.all().stream().noneMatch(block::overlaps))
                .findFirst()
                .orElse(Block.CARRIER);
    }

    /**
     * The address for a key among others. What was claimed before stays, because Swarm knows the node by it, unless a lower
     * key claims the same; a new claim leaves out all that others have. So when two meet, exactly one moves.
     *
     * @param claimed what the key claimed until now, empty in the beginning
     * @param block where a new claim is made; a claim of another block stays as long as no LAN of this box overlaps it
     * @param others the claims of all other keys, by key
     */
    public static InetAddress choose(String publicKey, String claimed, Block block, Map<String, String> others) {
        Optional<Inet4Address> before = Ipv4Prefix.parseAddress(claimed);
        if (before.isPresent()
                && block.contains(before.get())
                && derives(publicKey, claimed)
                && others.entrySet().stream()
                        .noneMatch(other -> other.getValue().equals(claimed)
                                && other.getKey().compareTo(publicKey) < 0)) {
            return before.get();
        }
        return claimable(publicKey, block)
                .filter(free -> !others.containsValue(free.getHostAddress()))
                .findFirst()
                .orElseGet(() -> of(publicKey, block, 0));
    }

    /**
     * The addresses of keys that all begin at once and know of each other: what {@link #choose} comes to when everybody
     * has heard everybody.
     */
    static SortedMap<String, InetAddress> assign(Iterable<String> keys, Block block) {
        TreeMap<String, String> sorted = new TreeMap<>();
        keys.forEach(key -> sorted.put(key, ""));
        SortedMap<String, InetAddress> assigned = new TreeMap<>();
        for (String key : List.copyOf(sorted.keySet())) {
            InetAddress chosen = choose(key, "", block, sorted);
            sorted.put(key, chosen.getHostAddress());
            assigned.put(key, chosen);
        }
        return assigned;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (Integer.SIZE - length);
    }

    private static int toInt(byte[] bytes, int at) {
        int value = 0;
        for (int each = at; each < at + Integer.BYTES; each++) {
            value = (value << Byte.SIZE) | (bytes[each] & LAST_OCTET);
        }
        return value;
    }

    private static int bits(InetAddress address) {
        return toInt(address.getAddress(), 0);
    }

    private static InetAddress address(int bits) {
        byte[] octets = {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four octets are an address", impossible);
        }
    }
}
