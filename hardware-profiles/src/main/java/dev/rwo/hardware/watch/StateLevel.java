package dev.rwo.hardware.watch;

import dev.rwo.hardware.Labelled;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How well a dynamic part of the box is, best first. */
public enum StateLevel implements Labelled {
    /** Nothing to do. */
    OK,
    /** Still works; somebody should look at it. */
    WARN,
    /** Work should go elsewhere. */
    BAD;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The level with this label; empty for any other text and for null. */
    public static Optional<StateLevel> of(@Nullable String label) {
        for (StateLevel level : values()) {
            if (level.label().equals(label)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
