package dev.rwo.firstboot;

import java.time.Instant;

/**
 * What is known of one stage.
 *
 * @param reason why it is in this state, one line; empty when the state says it all
 * @param hint what the operator can do, one line; empty when there is nothing to do
 * @param since when it got into this state; a changed reason or hint in the same state does not count
 */
public record StageStatus(Stage stage, StageState state, String reason, String hint, Instant since) {

    /** Line breaks and control characters in reason and hint become blanks. */
    public StageStatus {
        reason = OneLine.of(reason);
        hint = OneLine.of(hint);
    }
}
