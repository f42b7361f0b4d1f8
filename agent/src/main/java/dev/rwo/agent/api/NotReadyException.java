package dev.rwo.agent.api;

/** What was asked for is not known yet; asking again later helps. */
final class NotReadyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotReadyException(String message) {
        super(message);
    }
}
