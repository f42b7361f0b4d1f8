package dev.rwo.agent.control;

import dev.rwo.firstboot.StageState;

/**
 * What a planner says of the readiness stage its controller owns.
 *
 * @param state how far the stage is
 * @param reason why, one line; may be empty when the state says it all
 * @param hint what the operator can do about it; empty when there is nothing to do
 */
public record Verdict(StageState state, String reason, String hint) {

    /** Done, with what came of it. */
    public static Verdict done(String reason) {
        return new Verdict(StageState.DONE, reason, "");
    }

    /** Being worked on by the steps of the same plan. */
    public static Verdict running(String reason) {
        return new Verdict(StageState.RUNNING, reason, "");
    }

    /** Waiting for something outside this stage. */
    public static Verdict waiting(String reason, String hint) {
        return new Verdict(StageState.WAITING, reason, hint);
    }

    /** Usable, but the operator should mend something. */
    public static Verdict degraded(String reason, String hint) {
        return new Verdict(StageState.DEGRADED, reason, hint);
    }

    /** Tried, and failed. */
    public static Verdict failed(String reason, String hint) {
        return new Verdict(StageState.FAILED, reason, hint);
    }
}
