package dev.rwo.firstboot.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/** Writes settings as YAML in a fixed order, every value quoted, so that equal settings are equal texts. */
final class NodeConfigWriter {

    private NodeConfigWriter() {}

    static String write(NodeConfig config) {
        StringBuilder yaml = new StringBuilder("""
                # The last good settings of this node, kept by RWO.
                # To change them, edit rwo.yaml on the seed partition: this copy is written anew.
                """);
        if (config.site() != null) {
            value(yaml, "site", config.site().value());
        }
        if (config.nodeName() != null) {
            yaml.append("node:\n");
            value(yaml, "  name", config.nodeName().value());
        }
        network(yaml, config.network());
        proxy(yaml, config.proxy());
        if (!config.ntpServers().isEmpty()) {
            yaml.append("ntp:\n");
            list(yaml, "  servers", config.ntpServers());
        }
        if (!config.sshKeys().isEmpty()) {
            yaml.append("ssh:\n");
            list(
                    yaml,
                    "  authorizedKeys",
                    config.sshKeys().stream().map(SshKey::line).toList());
        }
        hardware(yaml, config.hardware());
        cluster(yaml, config.cluster());
        yaml.append("upgrade:\n");
        value(yaml, "  trial", DurationText.of(config.upgrade().trial()));
        value(yaml, "logLevel", config.logLevel().name().toLowerCase(Locale.ROOT));
        yaml.append("install:\n");
        value(yaml, "  target", config.installTarget().toString());
        return yaml.toString();
    }

    private static void hardware(StringBuilder yaml, HardwareConfig hardware) {
        yaml.append("hardware:\n");
        value(yaml, "  sweep", DurationText.of(hardware.sweep()));
        value(yaml, "  appear", DurationText.of(hardware.appear()));
        value(yaml, "  disappear", DurationText.of(hardware.disappear()));
        value(yaml, "  stateDwell", DurationText.of(hardware.stateDwell()));
        HardwareConfig.Thresholds thresholds = hardware.thresholds();
        value(yaml, "  heatWarn", String.valueOf(thresholds.heatWarn()));
        value(yaml, "  heatBad", String.valueOf(thresholds.heatBad()));
        value(yaml, "  chargeBad", String.valueOf(thresholds.chargeBad()));
        value(yaml, "  wearWarn", String.valueOf(thresholds.wearWarn()));
        value(yaml, "  wearBad", String.valueOf(thresholds.wearBad()));
        value(yaml, "  memoryWarn", String.valueOf(thresholds.memoryWarn()));
        value(yaml, "  memoryBad", String.valueOf(thresholds.memoryBad()));
    }

    private static void cluster(StringBuilder yaml, ClusterConfig cluster) {
        yaml.append("cluster:\n");
        list(yaml, "  seeds", cluster.seeds());
        value(yaml, "  multicast", String.valueOf(cluster.multicast()));
        value(yaml, "  fabric", cluster.fabric().name().toLowerCase(Locale.ROOT));
        value(yaml, "  twoNode", cluster.twoNode().name().toLowerCase(Locale.ROOT));
        value(yaml, "  witness", String.valueOf(cluster.witness()));
        value(yaml, "  managerGrace", DurationText.of(cluster.managerGrace()));
        value(yaml, "  memberGrace", DurationText.of(cluster.memberGrace()));
    }

    private static void network(StringBuilder yaml, NetworkConfig network) {
        switch (network) {
            case NetworkConfig.Dhcp() -> value(yaml, "network", "dhcp");
            case NetworkConfig.Static(var link, var address, var gateway, var dns) -> {
                yaml.append("network:\n");
                value(yaml, "  address", address.toString());
                value(yaml, "  gateway", gateway == null ? "none" : gateway.getHostAddress());
                list(
                        yaml,
                        "  dns",
                        dns.stream().map(InetAddress::getHostAddress).toList());
                switch (link) {
                    case NetworkConfig.Link.AnyWired() -> {}
                    case NetworkConfig.Link.Named(var name) -> value(yaml, "  interface", name);
                    case NetworkConfig.Link.WithMac(var mac) -> value(yaml, "  mac", mac);
                }
            }
        }
    }

    private static void proxy(StringBuilder yaml, ProxyConfig proxy) {
        if (proxy.equals(ProxyConfig.NONE)) {
            return;
        }
        yaml.append("proxy:\n");
        if (proxy.http() != null) {
            value(yaml, "  http", proxy.http().toString());
        }
        if (proxy.https() != null) {
            value(yaml, "  https", proxy.https().toString());
        }
        list(yaml, "  noProxy", proxy.noProxy());
    }

    private static void value(StringBuilder yaml, String key, String value) {
        yaml.append(key).append(": ").append(quoted(value)).append('\n');
    }

    private static void list(StringBuilder yaml, String key, List<String> values) {
        if (values.isEmpty()) {
            yaml.append(key).append(": []\n");
            return;
        }
        yaml.append(key).append(":\n");
        values.forEach(value -> yaml.append("    - ").append(quoted(value)).append('\n'));
    }

    /** A single-quoted scalar escapes nothing but the quote itself; all values here are printable. */
    private static String quoted(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
