package dev.rwo.agent.membership;

import java.util.function.UnaryOperator;

/** The members of the site, and what this node tells them. Safe for use by many threads. */
public interface Membership {

    /** All members as they are known now; never waits. */
    MemberTable members();

    /**
     * Changes what this node tells of itself. Equal digests tell nothing; changes are gathered for a moment before they
     * are told, so that a start does not become a storm.
     */
    void tell(UnaryOperator<MemberDigest> change);
}
