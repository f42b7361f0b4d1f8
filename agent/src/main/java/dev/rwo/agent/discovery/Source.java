package dev.rwo.agent.discovery;

import java.util.Locale;

/** How this node came to know an address; the first are asked first. */
public enum Source {
    /** The operator named it in rwo.yaml. */
    SEED,
    /** A peer was there in an earlier run. */
    REMEMBERED,
    /** Somebody on the LAN says so. */
    MULTICAST;

    /** For people. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
