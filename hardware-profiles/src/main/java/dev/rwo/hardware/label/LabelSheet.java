package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the sections write their labels: one place that knows how a fact becomes a label, and that an unknown one makes
 * none but is remembered.
 */
final class LabelSheet {
    private static final String TRUE = "true";

    private final SortedMap<String, String> labels = new TreeMap<>();
    private final SortedSet<String> unknownKeys = new TreeSet<>();
    private final SortedSet<String> unknownPrefixes = new TreeSet<>();

    SortedMap<String, String> labels() {
        return Collections.unmodifiableSortedMap(labels);
    }

    UnknownLabels unknown() {
        SortedSet<String> silent = new TreeSet<>(unknownKeys);
        silent.removeAll(labels.keySet());
        return new UnknownLabels(silent, unknownPrefixes);
    }

    /** A label of a value that comes from a closed set or is a number. */
    void value(String key, Fact<?> fact) {
        switch (fact) {
            case Fact.Known<?>(Object value) -> labels.put(key, value.toString());
            case Fact.Unknown<?> none -> unknownKeys.add(key);
        }
    }

    /** A label of whatever somebody wrote; placeholders make none. */
    void text(String key, Fact<String> fact) {
        switch (fact) {
            case Fact.Known<String>(String raw) -> text(key, raw);
            case Fact.Unknown<String> none -> unknownKeys.add(key);
        }
    }

    void text(String key, String raw) {
        LabelSanitizer.sanitize(raw).ifPresent(value -> labels.put(key, value));
    }

    /** A label that is {@code true} or not there. */
    void mark(String key, Fact<Boolean> fact) {
        switch (fact) {
            case Fact.Known<Boolean>(Boolean earned) -> mark(key, earned);
            case Fact.Unknown<Boolean> none -> unknownKeys.add(key);
        }
    }

    void mark(String key, boolean earned) {
        if (earned) {
            labels.put(key, TRUE);
        }
    }

    /** The ladder of a number: {@code true} for every step that is reached. */
    void steps(String prefix, List<Integer> steps, Fact<Long> reached) {
        steps.forEach(step -> mark(prefix + step, reached.map(number -> number >= step)));
    }

    /** The key may or may not deserve a label. */
    void unknown(String key) {
        unknownKeys.add(key);
    }

    /** Any key that begins so may or may not deserve a label. */
    void unknownBelow(String prefix) {
        unknownPrefixes.add(prefix);
    }
}
