package dev.rwo.agent.discovery;

import java.time.Instant;

/**
 * Why this node and another, or all others, did not come together.
 *
 * @param reason in a word
 * @param address the other's, {@code ip:port}; empty when it is about no one in particular
 * @param text one line for an operator
 * @param hint what can be done about it; empty when there is nothing to do
 * @param at when it was last so
 */
public record Failure(Reason reason, String address, String text, String hint, Instant at) {

    /** In a word; the first ones are what an operator has to look at first. */
    public enum Reason {
        /** This node's disk is a copy of another's. */
        DUPLICATE,
        /** This box's clock is wrong. */
        CLOCK,
        /** This node was revoked. */
        REVOKED,
        /** The node waits for its certificate. */
        AWAITING_APPROVAL,
        /** A certificate has expired. */
        EXPIRED,
        /** The peer does not let this node in. */
        NOT_ALLOWED,
        /** It was just heard on the LAN, but its API cannot be reached. */
        BLOCKED,
        /** Nothing answers. */
        UNREACHABLE,
        /** It understood and refused. */
        REFUSED,
        /** It belongs to another site. */
        OTHER_SITE,
        /** What answers is no node. */
        NONSENSE,
        /** Nobody was seen at all. */
        NO_PEER_SEEN
    }
}
