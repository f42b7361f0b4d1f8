package dev.rwo.hardware.watch;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DynamicStates} remembers from look to look.
 *
 * @param throttleEvents the throttle count at the last look that knew it
 * @param throttledAt when the count was last seen to have grown
 * @param sources which reading each state rests on, by key, for example {@code disk sda}: while just that one is unknown
 *     the state may not improve
 */
public record StateMemory(
        @Nullable Long throttleEvents, @Nullable Instant throttledAt, SortedMap<String, String> sources) {

    /** Nothing yet. */
    public static final StateMemory EMPTY = new StateMemory(null, null, new TreeMap<>());

    /** Copies the map. */
    public StateMemory {
        sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
    }
}
