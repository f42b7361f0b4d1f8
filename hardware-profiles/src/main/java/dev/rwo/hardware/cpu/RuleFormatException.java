package dev.rwo.hardware.cpu;

/** Rules that cannot be used. The message names file, line, column and what is expected. */
public final class RuleFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RuleFormatException(String message) {
        super(message);
    }
}
