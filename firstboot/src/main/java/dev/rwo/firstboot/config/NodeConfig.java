package dev.rwo.firstboot.config;

import dev.rwo.keys.SiteName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a node, as {@code rwo.yaml} gives them, all checked.
 *
 * @param site the site that the operator says this node belongs to; null when the credential decides
 * @param nodeName the operator's name for this node; null when it names itself
 * @param network how the node gets its address
 * @param proxy how the node reaches the internet
 * @param ntpServers host names or addresses of time servers; empty means the image's default
 * @param sshKeys who may log in as root; empty means nobody
 * @param hardware when a change of the hardware counts
 * @param cluster how the boxes of the site find each other and stay together
 * @param upgrade how the box takes new versions of its OS
 * @param logLevel how much the agent tells
 * @param installTarget where the node copies itself to
 */
public record NodeConfig(
        @Nullable SiteName site,
        @Nullable HostName nodeName,
        NetworkConfig network,
        ProxyConfig proxy,
        List<String> ntpServers,
        List<SshKey> sshKeys,
        HardwareConfig hardware,
        ClusterConfig cluster,
        UpgradeConfig upgrade,
        LogLevel logLevel,
        InstallTarget installTarget) {

    /** What holds for every key that {@code rwo.yaml} does not name. */
    public static final NodeConfig DEFAULT = new NodeConfig(
            null,
            null,
            new NetworkConfig.Dhcp(),
            ProxyConfig.NONE,
            List.of(),
            List.of(),
            HardwareConfig.DEFAULT,
            ClusterConfig.DEFAULT,
            UpgradeConfig.DEFAULT,
            LogLevel.INFO,
            new InstallTarget.None());

    /** Copies the lists. */
    public NodeConfig {
        ntpServers = List.copyOf(ntpServers);
        sshKeys = List.copyOf(sshKeys);
    }

    /** The same without an order to install: that is given by a seed that is there, never by a memory of one. */
    public NodeConfig withoutInstall() {
        return new NodeConfig(
                site,
                nodeName,
                network,
                proxy,
                ntpServers,
                sshKeys,
                hardware,
                cluster,
                upgrade,
                logLevel,
                new InstallTarget.None());
    }

    /** The same with other settings of the cluster. */
    public NodeConfig withCluster(ClusterConfig other) {
        return new NodeConfig(
                site, nodeName, network, proxy, ntpServers, sshKeys, hardware, other, upgrade, logLevel, installTarget);
    }

    /**
     * These settings as a {@code rwo.yaml} that reads back to the same settings; the same settings give the same text.
     */
    public String toYaml() {
        return NodeConfigWriter.write(this);
    }
}
