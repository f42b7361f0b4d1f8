package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.MemberTable;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What a box does when managers of its own swarm tell a higher epoch: the swarm was taken over by force (two nodes, or
 * {@code rwo recover}), and what has the lower epoch is over, however many it are.
 *
 * <p>What is told by gossip only makes a box ask: whoever has the site's gossip key can tell anything of anybody. What
 * counts is what the manager of the higher epoch answers itself, from its engine and with its certificate. A manager
 * whose own swarm answers with the lower epoch was left behind then, so it leaves and joins again; a worker is usually
 * taken along and keeps its tasks.
 */
public final class EpochRule {

    /** A node that was taken along and does not come back to the new manager within this time never knew its address. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * By how many takeovers a swarm that has its majority may be behind. A takeover takes a person, or two boxes that
     * lose each other, and such a swarm sees the next one; a number far beyond is an error or a lie.
     */
    public static final long MOST_AT_ONCE = 5;

    /** How old an answer may be on which a swarm that has its majority is given up. */
    private static final Duration FRESH = Duration.ofSeconds(30);

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
     * @param standing what a manager answered this box
     * @param uptime by a clock that never jumps
     */
    public static Ruling of(Place own, long told, Standing standing, Duration uptime) {
        if (told <= own.epoch()) {
            return Ruling.STAY;
        }
        if (!standing.isAnswered() || !standing.swarmId().equals(own.swarmId()) || standing.epoch() <= own.epoch()) {
            return Ruling.ASK;
        }
        if (own.answered()) {
            boolean believed = standing.epoch() <= mostCredible(own.epoch())
                    && uptime.minus(standing.asked()).compareTo(FRESH) < 0;
            return believed ? Ruling.REJOIN : Ruling.ASK;
        }
        return switch (standing.kind()) {
            case UNASKED -> Ruling.ASK;
            case KNOWN -> Ruling.ADOPT;
            case UNKNOWN -> Ruling.REJOIN;
            case AWAY -> uptime.minus(standing.since()).compareTo(PATIENCE) < 0 ? Ruling.ASK : Ruling.REJOIN;
        };
    }

    /** The highest epoch that a box believes whose swarm has this one. */
    public static long mostCredible(long epoch) {
        return epoch + MOST_AT_ONCE;
    }

    /** The highest epoch that anybody in sight, or remembered, tells and this box believes. */
    public static long known(MemberTable members) {
        long own = members.self().digest().epoch();
        return Stream.concat(Stream.of(members.self()), members.others().stream())
                .mapToLong(member -> member.digest().epoch())
                .filter(epoch -> epoch <= mostCredible(own))
                .max()
                .orElse(own);
    }
}
