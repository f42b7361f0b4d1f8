package dev.rwo.agent.swarm.formation;

import java.time.Duration;
import java.util.List;

/**
 * What discovery says of the network around this box.
 *
 * @param listened how long it has listened without a break, by a clock that never jumps
 * @param troubles why boxes that were heard of are no members, a line each: wrong site, expired, blocked port ...
 * @param introducing whether a box that was found is being let in just now
 * @param copy whose copy this box's disk is, and what to do, one line; empty when it is none, or is the one that may stay
 */
public record Surroundings(Duration listened, List<String> troubles, boolean introducing, String copy) {

    /** Copies the list. */
    public Surroundings {
        troubles = List.copyOf(troubles);
    }

    /** Those of a box that has listened for long and heard nothing. */
    public static Surroundings quiet() {
        return new Surroundings(Duration.ofDays(1), List.of(), false, "");
    }
}
