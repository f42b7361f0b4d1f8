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
 * worth looking at and passing on, only to those who did not tell it, and only until enough others have told it as well
 * (rumor mongering by counter and feedback: Demers et al., Epidemic Algorithms for Replicated Database Maintenance, 1987).
 */
final class News {

    /**
     * Longer than news travels among members that are minutes behind with their work. A copy that counts as news again is
     * told again by everybody who meets it: with ten seconds here a hundred members that were further behind never got
     * done with the news of their own start.
     */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private static final int REMEMBERED = 8192;

    /**
     * What so many others tell too is known to nearly everybody (all but 0.3 %, by Demers' reckoning); the few who missed it
     * learn it from the next sync. With three here each piece of news went to each of sixty members 8 times instead of 17.
     */
    private static final int ENOUGH = 5;

    /** The first copy of some news, and the addresses of those who have it. */
    private static final class Copy {

        private final String author;
        private final long number;
        private final long at;
        private final Set<String> known = new HashSet<>();
        /** How many have told it since it was new. */
        private int again;

        private Copy(RecordReader.Entry news, long now) {
            author = news.author();
            number = news.number();
            at = now;
        }

        private boolean isOf(RecordReader.Entry entry) {
            return number == entry.number() && author.equals(entry.author());
        }

        private boolean isEverywhere() {
            return again >= ENOUGH;
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
        if (known == null) {
            remember(news, now).known.add(teller);
            return true;
        }
        if (!known.isEverywhere() && known.known.add(teller)) {
            known.again++;
        }
        return false;
    }

    /** Whether to tell this copy to that address, which counts as told then. */
    synchronized boolean isWorthTelling(RecordReader.Entry news, String address, long now) {
        Copy known = known(news, now);
        Copy copy = known == null ? remember(news, now) : known;
        return !copy.isEverywhere() && copy.isOf(news) && copy.known.add(address);
    }

    /** Whether this address has neither told this nor was told it by this node; from now on it counts as told. */
    synchronized boolean isUntold(RecordReader.Entry news, String address, long now) {
        Copy known = known(news, now);
        return (known == null ? remember(news, now) : known).known.add(address);
    }

    /** The member was declared dead: should it be there after all, what it was before is news. */
    synchronized void forget(String member) {
        first.keySet().removeIf(content -> content.member().equals(member));
    }

    private @Nullable Copy known(RecordReader.Entry news, long now) {
        Iterator<Copy> oldest = first.values().iterator();
        while (oldest.hasNext() && now - oldest.next().at >= FRESH.toNanos()) {
            oldest.remove();
        }
        return first.get(Content.of(news));
    }

    private Copy remember(RecordReader.Entry news, long now) {
        Copy copy = new Copy(news, now);
        first.put(Content.of(news), copy);
        if (first.size() > REMEMBERED) {
            first.pollFirstEntry();
        }
        return copy;
    }
}
