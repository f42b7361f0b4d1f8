package dev.rwo.firstboot;

/**
 * What a check found out about a stage, for {@link StageBoard#set(StageFinding)}.
 *
 * @param reason why, one line; empty when the state says it all
 * @param hint what the operator can do, one line; empty when there is nothing to do
 */
public record StageFinding(Stage stage, StageState state, String reason, String hint) {

    /** Line breaks and control characters in reason and hint become blanks. */
    public StageFinding {
        reason = OneLine.of(reason);
        hint = OneLine.of(hint);
    }
}
