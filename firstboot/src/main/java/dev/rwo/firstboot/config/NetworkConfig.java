package dev.rwo.firstboot.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a node gets its address. */
public sealed interface NetworkConfig {

    /** From the network, on every wired interface. */
    record Dhcp() implements NetworkConfig {}

    /**
     * Fixed. Always usable: the address is a host of its subnet and the gateway another host of the same subnet.
     *
     * @param link which interface gets the address; the others keep using DHCP
     * @param address address and prefix length
     * @param gateway default route; null for a network that leads nowhere else
     * @param dns name servers in the order of preference
     */
    record Static(Link link, Ipv4Prefix address, @Nullable Inet4Address gateway, List<InetAddress> dns)
            implements NetworkConfig {

        /** @throws IllegalArgumentException if the address or gateway could not work */
        public Static {
            dns = List.copyOf(dns);
            String problem = address.whyNoHost();
            if (!problem.isEmpty()) {
                throw new IllegalArgumentException(address + " " + problem);
            }
            if (gateway != null) {
                problem = address.whyNoGateway(gateway);
                if (!problem.isEmpty()) {
                    throw new IllegalArgumentException(gateway.getHostAddress() + " " + problem);
                }
            }
        }
    }

    /** Which interface is meant. */
    sealed interface Link {

        /** Every wired one; only those with a cable plugged in get the address. */
        record AnyWired() implements Link {}

        /**
         * The one of this name.
         *
         * @param value 1 to 15 characters, for example {@code enp1s0}
         */
        record Named(String value) implements Link {}

        /**
         * The one with this hardware address.
         *
         * @param value six bytes in lower case, {@code 00:1b:21:0a:0b:0c}
         */
        record WithMac(String value) implements Link {}
    }
}
