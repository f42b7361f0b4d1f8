package dev.rwo.agent.discovery;

import dev.rwo.agent.peer.PeerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Every address that this node knows of, and what came of asking there. Bounded, because its sources are: those that no
 * source names any more are dropped. Safe for use by many threads.
 */
final class AddressBook {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);
    private static final int LAST_DOUBLING = 6;

    private final RandomGenerator random;
    private final Map<PeerAddress, Entry> entries = new HashMap<>();

    AddressBook(RandomGenerator random) {
        this.random = random;
    }

    /** What came of asking. */
    sealed interface Answer {

        /** A node of this site. */
        record Verified(Hello hello) implements Answer {}

        /** This node itself. */
        record Self() implements Answer {}

        /**
         * Something else, or nothing.
         *
         * @param proven whether it proved to be a node of this site all the same
         */
        record Failed(Failure failure, boolean proven) implements Answer {}
    }

    /**
     * An address as the planner sees it.
     *
     * @param due when it may be asked; null while it is being asked
     * @param answer what came of the last time; null before the first
     */
    record Row(
            PeerAddress address,
            Source source,
            @Nullable Instant due,
            @Nullable Answer answer,
            Instant since) {}

    private static final class Entry {
        private Source source;
        private @Nullable Instant due;
        private @Nullable Answer answer;
        private Instant since;
        private int failures;

        Entry(Source source, Instant now) {
            this.source = source;
            this.due = now;
            this.since = now;
        }
    }

    /** Makes the book hold exactly what the sources name. */
    synchronized void keep(Map<Source, ? extends Collection<PeerAddress>> named, Instant now) {
        Map<PeerAddress, Source> wanted = new HashMap<>();
        new TreeMap<Source, Collection<PeerAddress>>(named)
                .forEach((source, addresses) -> addresses.forEach(address -> wanted.putIfAbsent(address, source)));
        // One that is being asked stays until it answered.
        entries.entrySet().removeIf(entry -> entry.getValue().due != null && !wanted.containsKey(entry.getKey()));
        wanted.forEach((address, source) ->
                entries.computeIfAbsent(address, unknown -> new Entry(source, now)).source = source);
    }

    /** All rows. */
    synchronized List<Row> rows() {
        List<Row> rows = new ArrayList<>(entries.size());
        entries.forEach(
                (address, entry) -> rows.add(new Row(address, entry.source, entry.due, entry.answer, entry.since)));
        return rows;
    }

    /** How many are being asked. */
    synchronized int underway() {
        return (int)
                entries.values().stream().filter(entry -> entry.due == null).count();
    }

    /** Marks an address as being asked; answers false when it already is, or is not here any more. */
    synchronized boolean begin(PeerAddress address) {
        Entry entry = entries.get(address);
        if (entry == null || entry.due == null) {
            return false;
        }
        entry.due = null;
        return true;
    }

    /** Notes what came of it, and when to ask again. */
    synchronized void end(PeerAddress address, Answer answer, Instant now) {
        Entry entry = entries.get(address);
        if (entry == null) {
            return;
        }
        boolean failed = answer instanceof Answer.Failed;
        entry.answer = answer;
        entry.since = now;
        entry.due = now.plus(failed ? retryAfter(entry.failures) : LAST_RETRY);
        entry.failures = failed ? entry.failures + 1 : 0;
    }

    /** Makes all that failed due at once: something changed that may have been the reason. */
    synchronized void retryAll(Instant now) {
        for (Entry entry : entries.values()) {
            if (entry.due != null && entry.answer instanceof Answer.Failed) {
                entry.due = now;
                entry.failures = 0;
            }
        }
    }

    /** 1, 2, 4 ... 60 s, each with jitter on its upper half. */
    private Duration retryAfter(int failures) {
        long whole = Math.min(FIRST_RETRY.toMillis() << Math.min(failures, LAST_DOUBLING), LAST_RETRY.toMillis());
        return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
    }

    /** Who answered as a node of this site. */
    synchronized List<Hello> verified() {
        return entries.values().stream()
                .map(entry -> entry.answer)
                .<Hello>mapMulti((answer, next) -> {
                    if (answer instanceof Answer.Verified verified) {
                        next.accept(verified.hello());
                    }
                })
                .toList();
    }

    /** Where nodes of this site answer that do not take this node in. */
    synchronized List<String> barred() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().answer instanceof Answer.Failed failed && failed.proven())
                .map(entry -> entry.getKey().toString())
                .toList();
    }

    /** The last failures, one an address. */
    synchronized List<Failure> failures() {
        return entries.values().stream()
                .map(entry -> entry.answer)
                .<Failure>mapMulti((answer, next) -> {
                    if (answer instanceof Answer.Failed failed) {
                        next.accept(failed.failure());
                    }
                })
                .toList();
    }

    /** When the clock was set, times of before mean nothing. */
    synchronized void clockWasSet(Instant now) {
        for (Entry entry : entries.values()) {
            entry.since = now;
            if (entry.due != null) {
                entry.due = now;
            }
        }
    }

    /** What an answer is in a word: who, or why not. */
    static String kind(Answer answer) {
        return switch (answer) {
            case Answer.Verified verified -> "node " + verified.hello().nodeId();
            case Answer.Self ignored -> "self";
            case Answer.Failed failed -> failed.failure().reason().name();
        };
    }

    /** When the next one is due. */
    static Optional<Instant> nextDue(List<Row> rows) {
        return rows.stream()
                .<Instant>mapMulti((row, next) -> {
                    if (row.due() != null) {
                        next.accept(row.due());
                    }
                })
                .min(Instant::compareTo);
    }
}
