package dev.rwo.agent.swarm;

/** The engine could not be asked, or refused. The message is one line for the operator. */
public final class OrchestratorException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With the line for the operator. */
    public OrchestratorException(String message) {
        super(message);
    }

    /** With the line for the operator and what caused it. */
    public OrchestratorException(String message, Throwable cause) {
        super(message, cause);
    }
}
