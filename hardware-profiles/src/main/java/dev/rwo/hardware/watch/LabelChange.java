package dev.rwo.hardware.watch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One label that came, went or got another value, once that counts.
 *
 * @param at when it counted
 * @param key the label
 * @param oldValue what it was, null when there was none
 * @param newValue what it is, null when it is gone
 * @param cause what made somebody look when the change was first seen, for example {@code remove usb 1-2}
 */
public record LabelChange(
        Instant at,
        String key,
        @Nullable String oldValue,
        @Nullable String newValue,
        String cause) {}
