package dev.rwo.image.vm;

import org.jspecify.annotations.Nullable;

/** A virtual machine did not start, or did not do in time what was asked. The message says what, where and what to do. */
public final class VmException extends RuntimeException {
    VmException(String message) {
        super(message);
    }

    VmException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
