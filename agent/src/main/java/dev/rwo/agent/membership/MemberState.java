package dev.rwo.agent.membership;

/** A member as this node sees it; the words are those of SWIM. */
public enum MemberState {
    /** It answers, or others heard it answer. */
    ALIVE,
    /** It did not answer; it has time to refute. */
    SUSPECT,
    /** It did not refute. */
    DEAD,
    /** It said goodbye. */
    LEFT;

    /** Whether the member counts as present: a suspect is innocent until declared dead. */
    public boolean isPresent() {
        return this == ALIVE || this == SUSPECT;
    }
}
