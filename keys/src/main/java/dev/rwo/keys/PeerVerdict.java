package dev.rwo.keys;

/** What {@link SiteTrust} says of a certificate. */
public sealed interface PeerVerdict {

    /** What a certificate is good for. */
    enum Role {
        /** A node of the site. */
        NODE,
        /** A person, or a program of theirs. */
        OPERATOR;

        /** The word in permissions: node, operator. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Why a certificate is refused. */
    enum Reason {
        /** There is none, or it makes no sense. */
        MALFORMED,
        /** No root of this site stands behind it. */
        OTHER_SITE,
        /** Its time is over. */
        EXPIRED,
        /** Its time has not come: one of the two clocks is wrong. */
        NOT_YET_VALID,
        /** The node was revoked. */
        REVOKED,
        /** The authority that signed it was replaced and counts no more. */
        AUTHORITY_REVOKED,
        /** It is of this site, and neither a node's nor an operator's. */
        NO_ROLE;

        /** The word in metrics: other-site, expired ... */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * It is good.
     *
     * @param id a node's ID; for an operator the common name
     * @param key the key it was shown for
     */
    record Accepted(Role role, String id, String name, Fingerprint key) implements PeerVerdict {}

    /**
     * It is not.
     *
     * @param line for an operator: who, why, what to do
     */
    record Refused(Reason reason, String line) implements PeerVerdict {}
}
