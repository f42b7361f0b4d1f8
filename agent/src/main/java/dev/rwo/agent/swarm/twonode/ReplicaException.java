package dev.rwo.agent.swarm.twonode;

/** A replica could not be made, kept or put in place; the message is one line for an operator. */
public final class ReplicaException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With the line. */
    public ReplicaException(String message) {
        super(message);
    }

    /** With the line and what was caught. */
    public ReplicaException(String message, Throwable cause) {
        super(message, cause);
    }
}
