package dev.rwo.agent.control;

/** One thing a planner wants done. Implementations are records: all that the actuator needs, and why. */
public interface Step {

    /** Why the planner wants it, in one line that an operator understands. */
    String reason();
}
