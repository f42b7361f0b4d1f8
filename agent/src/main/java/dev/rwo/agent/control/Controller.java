package dev.rwo.agent.control;

import java.time.Instant;

/**
 * One part of the agent: it observes a slice of the world, plans purely, and acts one idempotent step at a time.
 *
 * <p>{@link #observe} and {@link #act} run on the controller's own virtual thread and may block, within a deadline of
 * their own; {@link #plan} touches no clock, file, network or logger. Two controllers that own the same thing are
 * refused at start.
 *
 * @param <V> the immutable view
 * @param <S> the kind of step
 */
public interface Controller<V extends Record, S extends Step> {

    /** What it is answerable for; always the same. */
    Declaration declaration();

    /**
     * Asks the world.
     *
     * @throws ObservationException when the world does not answer; the last view stays
     */
    V observe() throws ObservationException;

    /** Decides from the view alone what to do, and what the stage is. */
    Plan<S> plan(V view, Instant now);

    /** Does one step: idempotent, bounded in time. */
    Outcome act(S step);
}
