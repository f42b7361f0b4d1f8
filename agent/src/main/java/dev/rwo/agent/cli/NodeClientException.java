package dev.rwo.agent.cli;

/** The agent did not answer, or refused; one line that says what to do. */
final class NodeClientException extends Exception {

    private static final long serialVersionUID = 1L;

    NodeClientException(String message) {
        super(message);
    }
}
