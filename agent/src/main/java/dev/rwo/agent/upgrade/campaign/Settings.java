package dev.rwo.agent.upgrade.campaign;

import org.jspecify.annotations.Nullable;

/**
 * How an operator wants a site upgraded.
 *
 * @param window when boxes may be taken out of service; null for at any time
 * @param maxUnavailable how many at once, at least 1
 * @param canary the node ID of the box that goes first and alone; empty for whichever comes first
 * @param allowOlder whether boxes that run a newer version go back
 */
public record Settings(@Nullable Window window, int maxUnavailable, String canary, boolean allowOlder) {

    /** The most that makes sense; a site has a few dozen boxes. */
    public static final int MOST = 100;

    /** At any time, one at a time, whichever comes first. */
    public static final Settings DEFAULT = new Settings(null, 1, "", false);

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when so many make no sense
     */
    public Settings {
        if (maxUnavailable < 1 || maxUnavailable > MOST) {
            throw new IllegalArgumentException("--max-unavailable must be a number from 1 to " + MOST);
        }
    }
}
