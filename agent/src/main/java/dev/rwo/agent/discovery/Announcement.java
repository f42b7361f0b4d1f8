package dev.rwo.agent.discovery;

import dev.rwo.agent.fabric.LanAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What this node tells on the LAN.
 *
 * @param address where, and on which network
 * @param apiPort where its API listens
 * @param gossipPort where its gossip listens
 * @param nodeId the node's ID
 * @param boot random for each start, so that two boxes with one identity do not fight over a name
 * @param site the site's name
 * @param version the agent's version
 */
public record Announcement(
        LanAddress address, int apiPort, int gossipPort, String nodeId, String boot, String site, String version) {

    /** DNS-SD, RFC 6763. */
    static final String TYPE = "_rwo._tcp.local.";

    /** One DNS label: short enough, and unlike any host's own name. */
    String name() {
        return "rwo-" + head(nodeId) + "-" + head(boot);
    }

    private static String head(String id) {
        String plain = id.replaceAll("[^A-Za-z0-9]", "");
        return plain.substring(0, Math.min(8, plain.length()));
    }

    Map<String, String> text() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("id", nodeId);
        text.put("site", site);
        text.put("gossip", Integer.toString(gossipPort));
        text.put("v", version);
        return text;
    }
}
