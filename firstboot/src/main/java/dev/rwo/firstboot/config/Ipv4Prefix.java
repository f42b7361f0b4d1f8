package dev.rwo.firstboot.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 address and the size of the subnet it is in, as in {@code 192.168.1.20/24}.
 *
 * @param address the host's address
 * @param length how many leading bits name the subnet, 0 to 32
 */
public record Ipv4Prefix(Inet4Address address, int length) {

    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern ADDRESS = Pattern.compile(BYTE + "\\." + BYTE + "\\." + BYTE + "\\." + BYTE);
    private static final Pattern PREFIX = Pattern.compile("([^/]+)/(3[0-2]|[12]?[0-9])");

    /** @throws IllegalArgumentException if the length is outside 0 to 32 */
    public Ipv4Prefix {
        if (length < 0 || length > 32) {
            throw new IllegalArgumentException(length + " is not a prefix length: 0 to 32");
        }
    }

    /** Reads {@code a.b.c.d/n}: four decimal numbers without leading zeros. */
    public static Optional<Ipv4Prefix> parse(String text) {
        Matcher prefix = PREFIX.matcher(text);
        if (!prefix.matches()) {
            return Optional.empty();
        }
        int length = Integer.parseInt(prefix.group(2));
        return parseAddress(prefix.group(1)).map(address -> new Ipv4Prefix(address, length));
    }

    /** Reads {@code a.b.c.d}; never asks a name server. */
    public static Optional<Inet4Address> parseAddress(String text) {
        return ADDRESS.matcher(text).matches() ? Optional.of(Inet4Address.ofLiteral(text)) : Optional.empty();
    }

    /** Reads an IPv4 or IPv6 address without a zone; never asks a name server. */
    public static Optional<InetAddress> parseAnyAddress(String text) {
        if (text.indexOf(':') < 0) {
            return parseAddress(text).map(InetAddress.class::cast);
        }
        if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Why no host can have this address, as the end of a sentence; empty if one can. */
    public String whyNoHost() {
        int bits = bits(address);
        int first = bits >>> 24;
        if (first == 0) {
            return "is in 0.0.0.0/8, which means 'this network'";
        }
        if (first == 127) {
            return "is a loopback address";
        }
        if (first >= 224 && first < 240) {
            return "is a multicast address";
        }
        if (first >= 240) {
            return "is in the reserved range from 240.0.0.0 on";
        }
        // RFC 3927: chosen by each host for itself, and not routed.
        if (bits >>> 16 == ((169 << 8) | 254)) {
            return "is a link-local address";
        }
        // A subnet larger than 10.0.0.0/8 does not exist in private or public allocation.
        if (length < 8) {
            return "has a prefix of /" + length + ", larger than any network";
        }
        if (length == 32) {
            return "has a prefix of /32, a subnet without room for a gateway";
        }
        return whyNotInside(bits);
    }

    /** Why this host cannot be the gateway, as the end of a sentence; empty if it can. */
    public String whyNoGateway(Inet4Address gateway) {
        int bits = bits(gateway);
        if ((bits & mask()) != (bits(address) & mask())) {
            return "is not in the subnet of " + this;
        }
        if (gateway.equals(address)) {
            return "is the node's own address";
        }
        return whyNotInside(bits);
    }

    /** The first address of the subnet, which names it. */
    public Inet4Address network() {
        return address(bits(address) & mask());
    }

    private String whyNotInside(int bits) {
        // RFC 3021: a /31 has two hosts and neither a network nor a broadcast address.
        if (length >= 31) {
            return "";
        }
        int host = bits & ~mask();
        if (host == 0) {
            return "is the address of the network itself";
        }
        return host == ~mask() ? "is the broadcast address of its network" : "";
    }

    private int mask() {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    private static int bits(Inet4Address address) {
        byte[] b = address.getAddress();
        return ((b[0] & 255) << 24) | ((b[1] & 255) << 16) | ((b[2] & 255) << 8) | (b[3] & 255);
    }

    private static Inet4Address address(int bits) {
        return Inet4Address.ofLiteral(
                (bits >>> 24) + "." + ((bits >>> 16) & 255) + "." + ((bits >>> 8) & 255) + "." + (bits & 255));
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
