package dev.rwo.agent.cli;

/** What the user asked for makes no sense; exit status 2. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
