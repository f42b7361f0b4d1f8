package dev.rwo.agent.workload;

/** A stack's files are wrong; the message is one line with file, line where there is one, and what to do. */
final class StackException extends Exception {

    private static final long serialVersionUID = 1L;

    StackException(String message) {
        super(message);
    }
}
