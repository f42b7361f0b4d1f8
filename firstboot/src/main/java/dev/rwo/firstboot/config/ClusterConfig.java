package dev.rwo.firstboot.config;

import java.time.Duration;
import java.util.List;

/**
 * How the boxes of a site find each other and stay together.
 *
 * @param seeds addresses or host names of other boxes, asked where multicast is blocked; at most 16
 * @param multicast whether the box announces itself by mDNS and listens for others
 * @param fabric what carries the traffic between nodes
 * @param twoNode what happens when one of exactly two boxes is lost
 * @param witness whether this box only holds the tie-break for two others, and never joins the swarm
 * @param managerGrace how long a manager may be away before another node takes its place; the ancestor's
 *     {@code SWARM_RESTORE_TIME_IN_SECONDS}
 * @param memberGrace how long a node may be away before its entry is removed; longer than any reboot; the ancestor's
 *     {@code MEMBER_REBOOT_TIME_IN_SECONDS}
 */
public record ClusterConfig(
        List<String> seeds,
        boolean multicast,
        Fabric fabric,
        TwoNode twoNode,
        boolean witness,
        Duration managerGrace,
        Duration memberGrace) {

    /** What carries the traffic between nodes. */
    public enum Fabric {
        /** The addresses of the LAN, as they are. */
        LAN,
        /** Stable addresses in an encrypted network of our own. */
        WIREGUARD
    }

    /** What happens when one of exactly two boxes is lost. */
    public enum TwoNode {
        /** The worker keeps a replica of the manager's state and takes over when a person confirms. */
        STANDBY,
        /** The box that still reaches the default gateway goes on by itself; the other stops first. */
        GATEWAY,
        /** A third box that runs nothing but the agent decides. */
        WITNESS
    }

    /**
     * Half of the budget for a replaced manager (60 s) is for the wait; a quarter of an hour outlasts any reboot, also
     * one with a file system check or an update.
     */
    public static final ClusterConfig DEFAULT = new ClusterConfig(
            List.of(), true, Fabric.LAN, TwoNode.STANDBY, false, Duration.ofSeconds(30), Duration.ofMinutes(15));

    /** Copies the list. */
    public ClusterConfig {
        seeds = List.copyOf(seeds);
    }
}
