package dev.rwo.agent.peer;

import org.jspecify.annotations.Nullable;

/** A peer could not be asked, or refused; the message is one line for an operator, with the peer's address. */
public final class PeerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean afterProof;

    /** Why. */
    public enum Kind {
        /** Nothing answers: off, unplugged, or a port is blocked. */
        UNREACHABLE,
        /** Something answers that belongs to another site, or to none. */
        OTHER_SITE,
        /** Its certificate has expired. */
        EXPIRED,
        /** Its certificate, or its authority, was revoked. */
        REVOKED,
        /** Certificates are right, but one of the two clocks must be wrong. */
        CLOCK,
        /** It does not let this node in. */
        NOT_ALLOWED,
        /** It understood and refused; the message says why. */
        REFUSED,
        /** What it says makes no sense. */
        NONSENSE
    }

    /** With the reason. */
    public PeerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.afterProof = false;
    }

    /** With the reason and what was caught. */
    public PeerException(Kind kind, String message, Throwable cause) {
        this(kind, message, cause, false);
    }

    PeerException(Kind kind, String message, @Nullable Throwable cause, boolean afterProof) {
        super(message, cause);
        this.kind = kind;
        this.afterProof = afterProof;
    }

    /** Whether the peer had proved to be a node of this site before it failed or refused. */
    public boolean afterProof() {
        return afterProof;
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }
}
