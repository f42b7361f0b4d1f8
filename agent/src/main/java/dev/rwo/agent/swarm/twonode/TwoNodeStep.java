package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.control.Step;
import java.time.Duration;

/** What one of two boxes does. */
public sealed interface TwoNodeStep extends Step {

    /**
     * Makes the engine run only with this box's leave from now on, also after a reboot; it goes on running on this
     * proof.
     *
     * @param proof when the other was known not to have taken over
     */
    record Arm(Duration proof, String reason) implements TwoNodeStep {}

    /** Lets the engine run whatever happens. */
    record Disarm(String reason) implements TwoNodeStep {}

    /**
     * Lets the engine go on.
     *
     * @param proof when the other was known not to have taken over
     */
    record Extend(Duration proof, String reason) implements TwoNodeStep {}

    /** Stops the engine and everything in it, and keeps it stopped over a reboot. */
    record Fence(String reason) implements TwoNodeStep {}

    /**
     * Starts the engine of a fenced box.
     *
     * @param proof when the other was known not to have taken over
     */
    record Unfence(Duration proof, String reason) implements TwoNodeStep {}

    /** Forgets this box's own swarm while the engine is stopped, then starts the engine: the box joins anew. */
    record Drop(String reason) implements TwoNodeStep {}

    /**
     * Becomes the keeper with the replica.
     *
     * @param epoch the new epoch
     * @param automatic by itself; a person otherwise, who vouches that the other is off
     */
    record TakeOver(long epoch, boolean automatic, String reason) implements TwoNodeStep {}

    /** Becomes again what this box was before a takeover that did not come to its end. */
    record GiveUp(String reason) implements TwoNodeStep {}

    /** Asks the standby to promise, or releases it from the promise, not to take over by itself. */
    record Suspend(boolean wanted, String reason) implements TwoNodeStep {}

    /** The other box is known to be off: this one need not prove anything any more. */
    record Release(String reason) implements TwoNodeStep {}
}
