package dev.rwo.agent.swarm.twonode;

import java.util.Locale;

/** How far a takeover is that has begun here; on the disk before the box goes on. */
public enum Taking {
    /** None has begun. */
    NO,
    /** This box's own swarm is still in its place. */
    BEGUN,
    /** The replica is, or is being, put in its place; this box's own swarm lies beside it. */
    PLACED,
    /**
     * Others may have heard of the new epoch: it goes on, but for a box that was stopped over it and finds the other
     * running as the keeper.
     */
    RAISED;

    /** Whether this box can still be what it was before, whatever its engine does. */
    boolean canBeGivenUp() {
        return this == BEGUN || this == PLACED;
    }

    /** As it is stored. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What was stored; nothing for what is not known. */
    static Taking of(String word) {
        for (Taking each : values()) {
            if (each.word().equals(word)) {
                return each;
            }
        }
        return NO;
    }
}
