package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import dev.rwo.firstboot.config.YamlValue.Scalar;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code network:}. */
final class NetworkSection extends SectionReading {

    /** Linux allows more, but no kernel or udev names an interface otherwise. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,14}");

    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}");

    NetworkSection(SectionReading whole) {
        super(whole);
    }

    Optional<NetworkConfig> read(Entry entry) {
        if (entry.value() instanceof Scalar scalar) {
            if (scalar.text().toLowerCase(Locale.ROOT).equals("dhcp")) {
                return Optional.of(new NetworkConfig.Dhcp());
            }
            problem(
                    entry.place(),
                    "network",
                    shown(scalar.text()) + " is not a kind of network",
                    "write 'network: dhcp', or address and gateway on lines of their own below 'network:'");
            return Optional.empty();
        }
        return section(entry).flatMap(fields -> staticNetwork(entry, fields));
    }

    private Optional<NetworkConfig> staticNetwork(Entry entry, Fields fields) {
        Optional<Ipv4Prefix> address = fields.required("address", entry, "192.168.1.20/24, or 'network: dhcp'")
                .flatMap(this::address);
        Optional<Text> gatewayText = fields.required("gateway", entry, "192.168.1.1, or 'none'");
        Optional<NetworkConfig.Link> link = link(fields);
        if (address.isEmpty() || gatewayText.isEmpty() || link.isEmpty()) {
            return Optional.empty();
        }
        Inet4Address gateway = null;
        if (!gatewayText.get().text().toLowerCase(Locale.ROOT).equals("none")) {
            Optional<Inet4Address> found = gateway(gatewayText.get(), address.get());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            gateway = found.get();
        }
        List<InetAddress> dns = dns(fields, gateway);
        return fields.isBroken()
                ? Optional.empty()
                : Optional.of(new NetworkConfig.Static(link.get(), address.get(), gateway, dns));
    }

    private Optional<Ipv4Prefix> address(Text text) {
        String key = "network.address";
        Optional<Ipv4Prefix> address = Ipv4Prefix.parse(text.text());
        String remedy = "write for example 192.168.1.20/24";
        if (address.isEmpty()) {
            problem(text.place(), key, shown(text.text()) + " is not an IPv4 address with a prefix", remedy);
            return address;
        }
        String why = address.get().whyNoHost();
        if (!why.isEmpty()) {
            problem(text.place(), key, shown(text.text()) + " " + why, remedy);
            return Optional.empty();
        }
        return address;
    }

    private Optional<Inet4Address> gateway(Text text, Ipv4Prefix address) {
        String key = "network.gateway";
        Optional<Inet4Address> gateway = Ipv4Prefix.parseAddress(text.text());
        if (gateway.isEmpty()) {
            problem(
                    text.place(),
                    key,
                    shown(text.text()) + " is not an IPv4 address",
                    "write the router's address without a prefix, for example 192.168.1.1");
            return gateway;
        }
        String why = address.whyNoGateway(gateway.get());
        if (!why.isEmpty()) {
            problem(
                    text.place(),
                    key,
                    shown(text.text()) + " " + why,
                    "write the router's address in the node's subnet, or 'none'");
            return Optional.empty();
        }
        return gateway;
    }

    private Optional<NetworkConfig.Link> link(Fields fields) {
        Optional<Text> name = fields.text("interface");
        Optional<Text> mac = fields.text("mac");
        if (name.isPresent() && mac.isPresent()) {
            problem(mac.get().place(), "network.mac", "interface is given as well", "keep one of the two");
            return Optional.empty();
        }
        if (name.isPresent()) {
            String value = name.get().text();
            if (!INTERFACE.matcher(value).matches() || value.equals("lo")) {
                problem(
                        name.get().place(),
                        "network.interface",
                        shown(value) + " is not the name of a network interface",
                        "write for example enp1s0, or leave it out");
                return Optional.empty();
            }
            return Optional.of(new NetworkConfig.Link.Named(value));
        }
        if (mac.isPresent()) {
            String value = mac.get().text();
            if (!MAC.matcher(value).matches()) {
                problem(
                        mac.get().place(),
                        "network.mac",
                        shown(value) + " is not a hardware address",
                        "write six bytes in quotes, for example '00:1b:21:0a:0b:0c', or leave it out");
                return Optional.empty();
            }
            return Optional.of(new NetworkConfig.Link.WithMac(
                    value.toLowerCase(Locale.ROOT).replace('-', ':')));
        }
        return fields.isBroken() ? Optional.empty() : Optional.of(new NetworkConfig.Link.AnyWired());
    }

    /** A wrong name server must not cost the address: the good ones count, and without any the gateway is asked. */
    private List<InetAddress> dns(Fields fields, @Nullable Inet4Address gateway) {
        List<InetAddress> router = gateway == null ? List.of() : List.of(gateway);
        Optional<Texts> given = fields.texts("dns");
        if (given.isEmpty()) {
            return router;
        }
        List<InetAddress> dns = new ArrayList<>();
        for (Text text : given.get().good()) {
            Optional<InetAddress> server = Ipv4Prefix.parseAnyAddress(text.text())
                    .filter(address -> !address.isAnyLocalAddress() && !address.isMulticastAddress());
            if (server.isPresent()) {
                dns.add(server.get());
            } else {
                problem(
                        text.place(),
                        "network.dns",
                        shown(text.text()) + " is not the address of a name server",
                        "write for example 192.168.1.1");
            }
        }
        return dns.isEmpty() && given.get().count() > 0 ? router : dns;
    }
}
