package dev.rwo.agent.swarm.twonode;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tie-break of two boxes: one lease a swarm, in memory, by a clock that never jumps. After its own start it grants
 * nothing for as long as a lease lasts that it may have granted before.
 */
public final class Witness {

    /** A site has one pair; a few more are forgotten swarms. More are somebody's mischief. */
    private static final int MOST_SWARMS = 16;

    private final TwoNodeTiming timing;
    private final Duration started;
    private final Map<String, Holding> holdings = new HashMap<>();

    /**
     * Who holds it.
     *
     * @param clean whether the holder has run on it, so that nobody else can have begun a takeover since
     */
    private record Holding(String holder, long epoch, Duration until, boolean clean) {}

    /**
     * Grants nothing yet.
     *
     * @param started the moment, by the clock that {@link #ask} gets
     */
    public Witness(TwoNodeTiming timing, Duration started) {
        this.timing = timing;
        this.started = started;
    }

    /**
     * The witness's answer.
     *
     * @param granted whether the box holds the lease from now on
     * @param uninterrupted whether nobody else held it since this box last ran on it
     * @param reason why not, one line; empty when granted
     */
    public record Answer(boolean granted, boolean uninterrupted, String reason) {}

    /**
     * Asks for the lease, or to renew it.
     *
     * @param swarmId of which swarm
     * @param epoch the box's epoch; a lower one than seen before is refused
     * @param nodeId who asks
     * @param running whether it is the keeper and its engine runs
     * @param now the moment
     */
    public synchronized Answer ask(String swarmId, long epoch, String nodeId, boolean running, Duration now) {
        @Nullable Holding held = holdings.get(swarmId);
        if (held != null && epoch < held.epoch()) {
            return new Answer(false, false, "the swarm was taken over: epoch " + held.epoch());
        }
        if (now.minus(started).compareTo(timing.lease()) < 0) {
            return new Answer(false, false, "the witness has just started and waits for older leases to end");
        }
        if (held != null && held.until().compareTo(now) > 0 && !held.holder().equals(nodeId)) {
            return new Answer(false, false, "the other box holds the lease");
        }
        if (held == null && holdings.size() >= MOST_SWARMS) {
            return new Answer(false, false, "the witness knows too many swarms already; restart it");
        }
        boolean clean = running || (held != null && held.holder().equals(nodeId) && held.clean());
        holdings.put(swarmId, new Holding(nodeId, epoch, now.plus(timing.lease()), clean));
        return new Answer(true, clean, "");
    }
}
