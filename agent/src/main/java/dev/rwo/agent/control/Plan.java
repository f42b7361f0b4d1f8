package dev.rwo.agent.control;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a planner wants, in order, and what it says of its stage.
 *
 * @param steps to be done in this order; a step that does not apply or fails ends the round
 * @param verdict the stage as the view shows it, before the steps
 * @param again look again after this long at the latest; null when the sweep is soon enough
 * @param <S> the controller's kind of step
 */
public record Plan<S extends Step>(
        List<S> steps, Verdict verdict, @Nullable Duration again) {

    /** Copies the steps. */
    public Plan {
        steps = List.copyOf(steps);
    }

    /** A plan for which the sweep is soon enough. */
    public Plan(List<S> steps, Verdict verdict) {
        this(steps, verdict, null);
    }

    /** The same plan, and another look after this long at the latest. */
    public Plan<S> lookingAgainIn(Duration wait) {
        return new Plan<>(steps, verdict, wait);
    }

    /** The same plan, and another word on the stage. */
    public Plan<S> saying(Verdict other) {
        return new Plan<>(steps, other, again);
    }

    /** A plan that does nothing. */
    public static <S extends Step> Plan<S> nothing(Verdict verdict) {
        return new Plan<>(List.of(), verdict);
    }

    /** A plan of one step. */
    public static <S extends Step> Plan<S> of(S step, Verdict verdict) {
        return new Plan<>(List.of(step), verdict);
    }
}
