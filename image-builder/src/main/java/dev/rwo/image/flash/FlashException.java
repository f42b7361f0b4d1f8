package dev.rwo.image.flash;

import org.jspecify.annotations.Nullable;

/** A disk was not written, or not as it should be. The message is one line: what was wrong, where, and what to do. */
public final class FlashException extends RuntimeException {
    private final boolean refused;

    private FlashException(boolean refused, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    static FlashException refused(String message) {
        return new FlashException(true, message, null);
    }

    static FlashException failed(String message, @Nullable Throwable cause) {
        return new FlashException(false, message, cause);
    }

    /** Whether nothing was written because the disk must not be. */
    public boolean refused() {
        return refused;
    }
}
