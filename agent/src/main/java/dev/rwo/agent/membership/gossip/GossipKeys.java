package dev.rwo.agent.membership.gossip;

import java.util.List;

/** The keys that frames between members are sealed with; they may change at any time. */
@FunctionalInterface
public interface GossipKeys {

    /**
     * All installed keys, 32 bytes each. The first seals what is sent; every one opens what arrives. Empty means that
     * nothing can be sent or received. The list is not changed after it was given: a new ring is a new list.
     */
    List<byte[]> installed();
}
