package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.membership.MemberStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows which news is new, and who knows it already. In scalecube every node that learns of a member by a sync tells so
 * under its own name: at a start of n nodes that is n copies of the news of each of n members, each copy is passed on by
 * everybody, and each copy that arrives is looked at by all of scalecube's parts. Only the first copy that a node meets is
 * worth looking at and passing on, and only to those who did not tell it.
 */
final class News {

    /** Longer than news travels; a later copy is news again, should it be needed. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private static final int REMEMBERED = 8192;

    /** The first copy of some news, and the addresses of those who have it. */
    private record Copy(String author, long number, long at, Set<String> known) {

        private boolean isOf(RecordReader.Entry entry) {
            return number == entry.number() && author.equals(entry.author());
        }
    }

    private record Content(String member, MemberStatus status, int incarnation) {

        private static Content of(RecordReader.Entry news) {
            return new Content(news.member().id(), news.status(), news.incarnation());
        }
    }

    /** The oldest first. */
    private final LinkedHashMap<Content, Copy> first = new LinkedHashMap<>();

    /** Whether this is heard for the first time. */
    synchronized boolean hear(RecordReader.Entry news, String teller, long now) {
        Copy known = known(news, now);
        boolean isNew = known == null;
        Copy copy = known == null ? remember(news, now) : known;
        copy.known().add(teller);
        return isNew;
    }

    /** Whether to tell this copy to that address, which counts as told then. */
    synchronized boolean isWorthTelling(RecordReader.Entry news, String address, long now) {
        Copy known = known(news, now);
        Copy copy = known == null ? remember(news, now) : known;
        return copy.isOf(news) && copy.known().add(address);
    }

    private @Nullable Copy known(RecordReader.Entry news, long now) {
        Iterator<Copy> oldest = first.values().iterator();
        while (oldest.hasNext() && now - oldest.next().at() >= FRESH.toNanos()) {
            oldest.remove();
        }
        return first.get(Content.of(news));
    }

    private Copy remember(RecordReader.Entry news, long now) {
        Copy copy = new Copy(news.author(), news.number(), now, new HashSet<>());
        first.put(Content.of(news), copy);
        if (first.size() > REMEMBERED) {
            first.pollFirstEntry();
        }
        return copy;
    }
}
