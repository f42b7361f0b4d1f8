package dev.rwo.agent.swarm;

import java.util.Locale;

/** Whether Swarm may place tasks on a node. */
public enum Availability {
    /** Takes tasks. */
    ACTIVE,
    /** Keeps its tasks, takes no new ones. */
    PAUSE,
    /** Gives its tasks away and takes none. */
    DRAIN;

    /** Swarm's own word. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Availability of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
