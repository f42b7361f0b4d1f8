package dev.rwo.keys;

import org.jspecify.annotations.Nullable;

/** A trust document is malformed, or must not be taken over. One line, nothing secret. */
public final class TrustException extends Exception {
    private static final long serialVersionUID = 1L;

    /** One line, nothing secret. */
    public TrustException(String message) {
        super(message);
    }

    /** One line, nothing secret. */
    public TrustException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
