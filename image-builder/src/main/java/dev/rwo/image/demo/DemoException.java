package dev.rwo.image.demo;

import org.jspecify.annotations.Nullable;

/** The demo's workload cannot be made; the message is one line with the remedy. */
public final class DemoException extends RuntimeException {
    DemoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
