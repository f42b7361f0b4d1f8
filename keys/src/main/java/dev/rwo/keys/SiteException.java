package dev.rwo.keys;

import org.jspecify.annotations.Nullable;

/** A site directory cannot be made or used. The message is one line: what was wrong, where, and what to do. */
public final class SiteException extends RuntimeException {
    SiteException(String message) {
        super(message);
    }

    SiteException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    SiteException(CredentialException cause) {
        super(cause.getMessage(), cause);
    }
}
