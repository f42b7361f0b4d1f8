package dev.rwo.agent.swarm.formation;

import java.time.Duration;

/**
 * What a manager of the box's swarm last said of it. Times are by a clock that never jumps.
 *
 * @param kind what it said
 * @param asked when it was asked last
 * @param since since when the answer is the same
 * @param inRow how often in a row; 0 when the last question was not answered
 * @param swarmId the swarm that answered
 * @param epoch its epoch
 * @param used whether it ever ran a workload
 */
public record Standing(Kind kind, Duration asked, Duration since, int inRow, String swarmId, long epoch, boolean used) {

    /** What it can say. */
    public enum Kind {
        /** Nobody was asked yet, or nobody answered. */
        UNASKED,
        /** The node is in the swarm and well. */
        KNOWN,
        /** The node is in the swarm, which does not hear from it. */
        AWAY,
        /** The swarm has no such node. */
        UNKNOWN
    }

    /** Nobody was asked. */
    public static final Standing NONE = new Standing(Kind.UNASKED, Duration.ZERO, Duration.ZERO, 0, "", 0, false);

    /** After another answer. */
    public Standing then(Kind next, Duration uptime, String swarm, long itsEpoch, boolean itsUsed) {
        boolean same = next == kind && swarm.equals(swarmId) && itsEpoch == epoch;
        return new Standing(next, uptime, same ? since : uptime, same ? inRow + 1 : 1, swarm, itsEpoch, itsUsed);
    }

    /** After a question that nobody answered: what was said before stays, and the next question waits. */
    public Standing unanswered(Duration uptime) {
        return new Standing(kind, uptime, since, 0, swarmId, epoch, used);
    }

    /** Whether the last question was answered. */
    public boolean isAnswered() {
        return kind != Kind.UNASKED && inRow > 0;
    }
}
