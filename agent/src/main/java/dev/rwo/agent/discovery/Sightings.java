package dev.rwo.agent.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last sightings, bounded whatever is sent: at most {@value #MOST} of them, and at most {@value #PER_HOST} of one
 * host. Only hosts of the own subnet are taken, so that in a /24 even a flood from every address pushes nobody out; in a
 * larger one the oldest go first. Safe for use by many threads.
 */
final class Sightings {

    static final int MOST = 512;
    static final int PER_HOST = 2;

    /** Announcements are repeated at half of their life, which is an hour in jmdns; queries bring them sooner. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(2);

    /** A box that was heard so short a time ago is on, whatever its API does. */
    private static final Duration JUST_HEARD = Duration.ofMinutes(5);

    /** By host; the one heard last is the last. */
    private final Map<String, Deque<Sighting>> byHost = new LinkedHashMap<>();

    private int size;

    /** Takes a sighting in; answers whether it is of an address that was not there. */
    synchronized boolean offer(Sighting sighting) {
        String host = sighting.address().host();
        Deque<Sighting> known = byHost.remove(host);
        Deque<Sighting> ofHost = known == null ? new ArrayDeque<>(PER_HOST) : known;
        boolean isNew = !ofHost.removeIf(other -> other.address().equals(sighting.address()));
        if (isNew) {
            size++;
        }
        ofHost.addLast(sighting);
        if (ofHost.size() > PER_HOST) {
            ofHost.removeFirst();
            size--;
        }
        byHost.put(host, ofHost);
        while (size > MOST) {
            dropOldestHost();
        }
        return isNew;
    }

    private void dropOldestHost() {
        Iterator<Deque<Sighting>> oldest = byHost.values().iterator();
        size -= oldest.next().size();
        oldest.remove();
    }

    /** What was heard not too long ago, the newest last. */
    synchronized List<Sighting> fresh(Instant now) {
        Instant limit = now.minus(FORGOTTEN_AFTER);
        byHost.values().removeIf(ofHost -> {
            int before = ofHost.size();
            ofHost.removeIf(sighting -> sighting.seen().isBefore(limit));
            size -= before - ofHost.size();
            return ofHost.isEmpty();
        });
        List<Sighting> all = new ArrayList<>(size);
        byHost.values().forEach(all::addAll);
        return List.copyOf(all);
    }

    /** What was heard so lately that the box must be on. */
    List<Sighting> justHeard(Instant now) {
        return fresh(now).stream()
                .filter(sighting -> sighting.seen().isAfter(now.minus(JUST_HEARD)))
                .toList();
    }

    /** Forgets all, for another network. */
    synchronized void clear() {
        byHost.clear();
        size = 0;
    }

    /** By host, how many; for tests of the bounds. */
    synchronized Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>();
        byHost.forEach((host, of) -> counts.put(host, of.size()));
        return counts;
    }
}
