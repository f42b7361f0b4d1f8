package dev.rwo.agent.membership.gossip;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How well this node is itself, as Lifeguard has it (Dadgar, Phillips, Currey 2017; memberlist's awareness.go): 0 is
 * well, each sign of trouble of our own adds, each answered probe takes one away. A node that is not well gives others
 * more time before it accuses them.
 */
final class LocalHealth {

    /** memberlist's awareness_max_multiplier: others get at most nine times the time. */
    static final int WORST = 8;
    /** A timer this late means that this process did not run; half of a probe's direct time. */
    static final Duration LATE = Duration.ofMillis(250);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    /**
     * After a pause all suspicions of before it run out at once, while their refutations still wait in the sockets; this
     * is how long we tell nobody of them. Longer than news spreads.
     */
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    /**
     * A node that just started, and does not know yet: its machine may be busy starting, as all machines of a shop are after
     * a power cut. At a start of a hundred on two processors this is what keeps them from accusing each other.
     */
    private static final int UNKNOWN = 4;

    private final LongSupplier nanos;
    private int score = UNKNOWN;
    private long ticked;
    private boolean ticking;
    private long recoveredAt;

    LocalHealth(LongSupplier nanos) {
        this.nanos = nanos;
        ticked = nanos.getAsLong();
        recoveredAt = ticked;
    }

    /**
     * A timer's turn that was due after the given time since the last; says for how long this node did not run, zero when
     * it was but late.
     */
    synchronized Duration tick(Duration every) {
        long now = nanos.getAsLong();
        Duration late = Duration.ofNanos(now - ticked).minus(every);
        ticked = now;
        boolean first = !ticking;
        ticking = true;
        return !first && late(late) ? late : Duration.ZERO;
    }

    /** Something of ours ran this late; says whether that was a pause. */
    synchronized boolean late(Duration by) {
        if (by.compareTo(LATE) < 0) {
            return false;
        }
        score = (int) Math.min(WORST, score + 1 + by.dividedBy(LATE.multipliedBy(2)));
        boolean paused = by.compareTo(PAUSE) >= 0;
        if (paused) {
            recoveredAt = nanos.getAsLong() + RECOVERY.toNanos();
        }
        return paused;
    }

    synchronized void worse() {
        score = Math.min(WORST, score + 1);
    }

    synchronized void better() {
        score = Math.max(0, score - 1);
    }

    synchronized int score() {
        return score;
    }

    /** Whether this node was paused so recently that what it believes of others is worth little. */
    synchronized boolean isRecovering() {
        return recoveredAt - nanos.getAsLong() > 0;
    }
}
