package dev.rwo.agent.swarm.formation;

import java.time.Duration;

/**
 * What a box does when managers of its own swarm tell a higher epoch: the swarm was taken over by force (two nodes, or
 * {@code rwo recover}), and what has the lower epoch is over, however many it are.
 *
 * <p>A manager whose own swarm answers with the lower epoch was left behind, so it leaves and joins again. All others
 * ask a manager of the higher epoch first: a worker is usually taken along and keeps its tasks.
 */
public final class EpochRule {

    /** A node that was taken along and does not come back to the new manager within this time never knew its address. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    private EpochRule() {}

    /** What to do. */
    public enum Ruling {
        /** Nothing: the epoch is its own. */
        STAY,
        /** Ask a manager of the higher epoch whether it knows this box. */
        ASK,
        /** Take over the epoch: this box belongs to it already. */
        ADOPT,
        /** Leave and join again. */
        REJOIN
    }

    /**
     * Decides.
     *
     * @param own this box's place
     * @param told the highest epoch that managers of the same swarm tell
     * @param standing what a manager said of this box
     * @param uptime by a clock that never jumps
     */
    public static Ruling of(Place own, long told, Standing standing, Duration uptime) {
        if (told <= own.epoch()) {
            return Ruling.STAY;
        }
        if (own.answered()) {
            return Ruling.REJOIN;
        }
        if (standing.epoch() < told) {
            return Ruling.ASK;
        }
        return switch (standing.kind()) {
            case UNASKED -> Ruling.ASK;
            case KNOWN -> Ruling.ADOPT;
            case UNKNOWN -> Ruling.REJOIN;
            case AWAY -> uptime.minus(standing.since()).compareTo(PATIENCE) < 0 ? Ruling.ASK : Ruling.REJOIN;
        };
    }
}
