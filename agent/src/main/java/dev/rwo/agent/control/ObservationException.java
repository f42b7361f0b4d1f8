package dev.rwo.agent.control;

/** The world did not answer a controller's question; carries what the stage shall say. */
public final class ObservationException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;

    /**
     * With the stage's verdict.
     *
     * @param verdict what to tell the operator; its reason is the message
     */
    public ObservationException(Verdict verdict) {
        super(verdict.reason());
        this.verdict = verdict;
    }

    /** What the stage says while the world does not answer. */
    public Verdict verdict() {
        return verdict;
    }
}
