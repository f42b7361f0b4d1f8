package dev.rwo.hardware.probe;

/** A machine could not be recorded; the message is one line for the operator. Nothing was left behind. */
public final class RecordingException extends Exception {
    private static final long serialVersionUID = 1L;

    RecordingException(String message) {
        super(message);
    }

    RecordingException(String message, Exception cause) {
        super(message, cause);
    }
}
