package dev.rwo.keys;

import org.jspecify.annotations.Nullable;

/**
 * A node's credential, key or certificate cannot be used. The message is one line: what was wrong, where, and what to
 * do. It never holds anything secret.
 */
public final class CredentialException extends RuntimeException {
    CredentialException(String message) {
        super(message);
    }

    CredentialException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
