package dev.rwo.firstboot;

import java.util.Locale;

/** How far a {@link Stage} is. */
public enum StageState {
    /** Its turn has not come. */
    PENDING,
    /** It is being worked on. */
    RUNNING,
    /** It cannot go on until something else happens, for example until a cable is plugged in. */
    WAITING,
    /** It is done and nothing is wrong. */
    DONE,
    /** It is done, but the operator should mend something. */
    DEGRADED,
    /** It did not succeed; the node tries again by itself where that can help. */
    FAILED;

    /** The name in files and in the API: {@code pending}, {@code running}, ... */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether what comes after this stage can rely on it. */
    public boolean isUsable() {
        return this == DONE || this == DEGRADED;
    }
}
