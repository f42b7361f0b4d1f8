package dev.rwo.hardware.label;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The labels on which a profile is silent because a fact is unknown: with the fact known they might be there or not, so
 * whoever had one keeps it instead of evicting a task.
 *
 * @param keys whole keys; none of them is among the labels of the same profile
 * @param prefixes beginnings of keys, for sets that are open, such as {@code feature.usb-}; a key below one may be among
 *     the labels all the same, and then is certain
 */
public record UnknownLabels(SortedSet<String> keys, SortedSet<String> prefixes) {
    /** Nothing is unknown. */
    public static final UnknownLabels NONE = new UnknownLabels(Set.of(), Set.of());

    /** Copies the sets, sorted. */
    public UnknownLabels(Set<String> keys, Set<String> prefixes) {
        this(
                Collections.unmodifiableSortedSet(new TreeSet<>(keys)),
                Collections.unmodifiableSortedSet(new TreeSet<>(prefixes)));
    }

    /** Whether a label that is missing may be missing only because a fact is unknown. */
    public boolean covers(String key) {
        return keys.contains(key) || prefixes.stream().anyMatch(key::startsWith);
    }

    /** Whether everything is known. */
    public boolean isEmpty() {
        return keys.isEmpty() && prefixes.isEmpty();
    }
}
