package dev.rwo.agent.fabric;

import java.net.InetAddress;

/**
 * An address of a physical network interface.
 *
 * @param device the interface, for example {@code enp1s0}
 * @param address the address
 * @param prefix length of the network part in bits, 0..128
 * @param defaultRoute whether the default route leaves through this interface
 */
public record LanAddress(String device, InetAddress address, int prefix, boolean defaultRoute) {

    /** For example {@code 192.168.1.20/24 on enp1s0}. */
    public String describe() {
        return address.getHostAddress() + "/" + prefix + " on " + device;
    }
}
