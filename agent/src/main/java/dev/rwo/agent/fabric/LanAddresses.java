package dev.rwo.agent.fabric;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The IPv4 addresses of the box's physical interfaces, the one to advertise first.
 *
 * @param all the one to advertise first; link-local addresses are left out
 * @param devices physical interfaces that exist, with or without an address
 * @param linked physical interfaces with a carrier
 */
public record LanAddresses(List<LanAddress> all, Set<String> devices, Set<String> linked) {

    private static final String DEFAULT_DESTINATION = "00000000";

    /** Copies. */
    public LanAddresses {
        all = List.copyOf(all);
        devices = Set.copyOf(devices);
        linked = Set.copyOf(linked);
    }

    /** The address that other nodes shall use: the one on the default route if there is one. */
    public Optional<LanAddress> primary() {
        return all.stream().findFirst();
    }

    /**
     * Reads the kernel's tables.
     *
     * @param root {@code /} on a node
     * @throws IOException when they cannot be read
     */
    public static LanAddresses read(Path root) throws IOException {
        Set<String> routed = defaultRouteDevices(root.resolve("proc/net/route"));
        Set<String> devices = new HashSet<>();
        Set<String> linked = new HashSet<>();
        List<LanAddress> found = new ArrayList<>();
        for (NetworkInterface device : interfaces()) {
            Path sys = root.resolve("sys/class/net").resolve(device.getName());
            // Bridges, tunnels and container ends have no device behind them.
            if (!Files.exists(sys.resolve("device"))) {
                continue;
            }
            devices.add(device.getName());
            if (device.isUp()) {
                linked.add(device.getName());
            }
            for (InterfaceAddress address : device.getInterfaceAddresses()) {
                if (address.getAddress() instanceof Inet4Address ip && !ip.isLinkLocalAddress()) {
                    found.add(new LanAddress(
                            device.getName(), ip, address.getNetworkPrefixLength(), routed.contains(device.getName())));
                }
            }
        }
        found.sort(
                Comparator.comparing((LanAddress each) -> !each.defaultRoute()).thenComparing(LanAddress::device));
        return new LanAddresses(found, devices, linked);
    }

    /**
     * The same addresses with the one that others know already first, as long as it is as good as any: a second network
     * card that is plugged in must not move the node to another address.
     *
     * @param before what was advertised until now, empty in the beginning
     */
    LanAddresses keeping(Optional<LanAddress> before) {
        Optional<LanAddress> kept = before.flatMap(known -> all.stream()
                .filter(each -> each.device().equals(known.device())
                        && each.address().equals(known.address())
                        && linked.contains(each.device()))
                .findFirst());
        if (kept.isEmpty() || (all.getFirst().defaultRoute() && !kept.get().defaultRoute())) {
            return this;
        }
        List<LanAddress> reordered = new ArrayList<>(all);
        reordered.remove(kept.get());
        reordered.addFirst(kept.get());
        return new LanAddresses(reordered, devices, linked);
    }

    private static List<NetworkInterface> interfaces() throws SocketException {
        return NetworkInterface.networkInterfaces().toList();
    }

    private static Set<String> defaultRouteDevices(Path table) throws IOException {
        Set<String> devices = new HashSet<>();
        for (String line : Files.readAllLines(table)) {
            String[] columns = line.split("\\s+", -1);
            if (columns.length > 1 && columns[1].equals(DEFAULT_DESTINATION)) {
                devices.add(columns[0]);
            }
        }
        return devices;
    }
}
