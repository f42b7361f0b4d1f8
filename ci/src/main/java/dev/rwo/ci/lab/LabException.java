package dev.rwo.ci.lab;

import org.jspecify.annotations.Nullable;

/** The lab cannot do what it was asked to; the message says what and what to do. */
public final class LabException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** One line that says what was seen, where nothing was thrown. */
    public LabException(String message) {
        this(message, null);
    }

    /** One line that says what was tried, why it failed and what to do. */
    public LabException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
