package dev.rwo.agent.trust;

/** A request to be let in is refused; one line, nothing secret. */
public final class EnrolmentException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Why. */
    public enum Kind {
        /** It makes no sense. */
        MALFORMED,
        /** Too many from there. */
        TOO_MANY,
        /** It is understood, and may not be. */
        REFUSED,
        /** It is not known here (any more). */
        UNKNOWN
    }

    EnrolmentException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }
}
