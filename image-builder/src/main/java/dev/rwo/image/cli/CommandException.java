package dev.rwo.image.cli;

/** A command cannot go on; the message is one line for the person at the terminal. */
final class CommandException extends RuntimeException {
    private final int exitCode;

    private CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What was asked for makes no sense as it was asked: exit code 2. */
    static CommandException badInput(String message) {
        return new CommandException(RwoCommand.BAD_INPUT, message);
    }

    /** It made sense and did not work: exit code 1. */
    static CommandException failed(String message) {
        return new CommandException(RwoCommand.FAILED, message);
    }

    int exitCode() {
        return exitCode;
    }
}
