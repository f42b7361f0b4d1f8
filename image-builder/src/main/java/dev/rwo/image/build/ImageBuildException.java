package dev.rwo.image.build;

/** An image could not be built; the message is one line: what failed, why, and where to look or what to do. */
public final class ImageBuildException extends Exception {

    private static final long serialVersionUID = 1;

    ImageBuildException(String message) {
        super(message);
    }

    ImageBuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
