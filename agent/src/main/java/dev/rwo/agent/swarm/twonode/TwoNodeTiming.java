package dev.rwo.agent.swarm.twonode;

import java.time.Duration;

/**
 * How long is waited for what; the same on both boxes and on the witness.
 *
 * @param interval between two contacts, and between two looks at the gateway
 * @param lost how long a box runs on without fresh proof before it fences itself
 * @param fencing how long fencing takes at most: stopping the engine, or the forced reboot when it does not stop
 * @param skew what the two boxes may differ by: answers under way, scheduling, the drift of two clocks over a minute
 * @param takeover how long the keeper must have been silent before the standby takes over by itself
 * @param lease how long the witness's word holds
 * @param replica how far the replica may be behind the last contact for an automatic takeover
 */
public record TwoNodeTiming(
        Duration interval,
        Duration lost,
        Duration fencing,
        Duration skew,
        Duration takeover,
        Duration lease,
        Duration replica) {

    /**
     * dockerd gives its containers 10 s to end and took 11.4 s in all; systemd's stop is bounded at 20 s, the forced
     * reboot that follows is immediate.
     */
    public static final TwoNodeTiming DEFAULT = new TwoNodeTiming(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(25),
            Duration.ofSeconds(5),
            Duration.ofSeconds(45),
            Duration.ofSeconds(15),
            Duration.ofMinutes(3));

    /** Refuses timings under which the standby could start before the keeper has stopped. */
    public TwoNodeTiming {
        if (takeover.compareTo(lost.plus(fencing).plus(skew)) < 0) {
            throw new IllegalArgumentException(
                    "a takeover after " + takeover + " comes before the fence, which may last "
                            + lost.plus(fencing).plus(skew));
        }
        if (lease.compareTo(lost) <= 0) {
            throw new IllegalArgumentException(
                    "a lease of " + lease + " ends before the keeper would begin to fence, after " + lost);
        }
    }

    /** How long a box holds the lease before it relies on it: the one who lost it is fenced by then. */
    public Duration settling() {
        return fencing.plus(skew);
    }
}
