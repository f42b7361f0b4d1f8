package dev.rwo.agent.membership;

import java.time.Instant;

/**
 * A node of the site as gossip sees it.
 *
 * @param boot random, new each time its agent starts: two of the same node at once are a copied disk, or a reboot that is
 *     not noticed yet
 * @param address where its gossip listens, {@code ip:port}
 * @param state as this node sees it
 * @param since when it came into this state, by this node's clock
 * @param digest what it tells of itself, as last heard
 */
public record Member(String boot, String address, MemberState state, Instant since, MemberDigest digest) {

    /** The node's ID. */
    public String nodeId() {
        return digest.nodeId();
    }

    /** The IP address at which its gossip listens, empty while that is not known. */
    public String host() {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? "" : address.substring(0, colon);
    }

    /** Whether it counts as present. */
    public boolean isPresent() {
        return state.isPresent();
    }
}
