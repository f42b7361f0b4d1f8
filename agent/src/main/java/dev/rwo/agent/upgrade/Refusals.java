package dev.rwo.agent.upgrade;

import dev.rwo.firstboot.StateFormat;
import java.util.Optional;

/** Which versions a box does not take. */
final class Refusals {

    private Refusals() {}

    /**
     * Why a version is not taken; empty when it is.
     *
     * @param running what runs
     * @param onTrial whether that has not shown yet that it is well
     */
    static Optional<String> of(
            OsVersion wanted, OsVersion running, boolean onTrial, UpgradeMemory memory, boolean allowOlder) {
        String failed = memory.refused().get(wanted.text());
        if (onTrial) {
            return Optional.of("version " + running + " is on trial here: wait until it has shown that it is well");
        }
        if (wanted.equals(running)) {
            return Optional.of("this box runs version " + running + " already");
        }
        if (failed != null) {
            return Optional.of("version " + wanted + " failed on this box: " + failed
                    + "; to try it again: rwo upgrade clear " + wanted);
        }
        if (!wanted.isNewerThan(running) && !allowOlder) {
            return Optional.of("version " + wanted + " is not newer than " + running
                    + ", which runs here; if that is what you want: --allow-older");
        }
        return Optional.empty();
    }

    /** Why a version must not run on a box's state, whoever wants it; empty when it may. */
    static Optional<String> of(OsVersion wanted, StateFormat state) {
        return new OsVersion(state.since()).isNewerThan(wanted)
                ? Optional.of("version " + wanted + " cannot read the state of this box, which is of format "
                        + state.number() + ": the oldest that can is " + state.since())
                : Optional.empty();
    }
}
