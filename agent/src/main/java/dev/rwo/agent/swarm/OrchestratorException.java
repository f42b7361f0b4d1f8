package dev.rwo.agent.swarm;

import dev.rwo.agent.control.Outcome;
import java.time.Duration;

/** The engine could not be asked, or refused. The message is one line for the operator. */
public final class OrchestratorException extends Exception {

    private static final long serialVersionUID = 1L;

    /** swarmkit's words for a write that was decided on an older version (manager/state/store, ErrSequenceConflict). */
    private static final String OUTDATED = "update out of sequence";

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** With the line for the operator. */
    public OrchestratorException(String message) {
        super(message);
    }

    /** With the line for the operator and what caused it. */
    public OrchestratorException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether somebody else changed meanwhile what was to be changed: no failure, for it is decided anew. */
    boolean isOutdated() {
        return getCause() instanceof DockerTransport.RefusedException
                && String.valueOf(getMessage()).contains(OUTDATED);
    }

    /** What came of a step that ended so. */
    public Outcome outcome() {
        return isOutdated()
                ? new Outcome.Deferred(LOOK_AGAIN, "somebody else changed it meanwhile")
                : new Outcome.Failed(String.valueOf(getMessage()));
    }
}
