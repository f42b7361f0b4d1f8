package dev.rwo.agent.control;

import java.time.Duration;

/** What came of one {@link Step}. */
public sealed interface Outcome {

    /** The world was already as the step wanted it. */
    record Unchanged() implements Outcome {}

    /** The step changed the world. */
    record Applied() implements Outcome {}

    /**
     * The step cannot be done yet.
     *
     * @param after look again after this long; positive
     * @param cause what is waited for, one line
     */
    record Deferred(Duration after, String cause) implements Outcome {}

    /**
     * The step was tried and failed; the loop tries again with back-off.
     *
     * @param cause what was tried and why it failed, one line
     */
    record Failed(String cause) implements Outcome {}

    /** See {@link Unchanged}. */
    static Outcome unchanged() {
        return new Unchanged();
    }

    /** See {@link Applied}. */
    static Outcome applied() {
        return new Applied();
    }

    /** The word for it in metrics and logs: unchanged, applied, deferred or failed. */
    default String word() {
        return switch (this) {
            case Unchanged ignored -> "unchanged";
            case Applied ignored -> "applied";
            case Deferred ignored -> "deferred";
            case Failed ignored -> "failed";
        };
    }
}
