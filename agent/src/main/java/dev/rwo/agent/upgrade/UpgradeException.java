package dev.rwo.agent.upgrade;

/** An upgrade, or a part of it, that is refused or failed; the message is one line for people and says what to do. */
public final class UpgradeException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With this line. */
    public UpgradeException(String message) {
        super(message);
    }

    /** With this line and what led to it. */
    public UpgradeException(String message, Throwable cause) {
        super(message, cause);
    }
}
