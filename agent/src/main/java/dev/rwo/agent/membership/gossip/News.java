package dev.rwo.agent.membership.gossip;

import java.time.Duration;
import java.util.LinkedHashMap;

/**
 * Knows which news is new. In scalecube every node that learns of a member by a sync tells so under its own name: at a
 * start of n nodes that is n copies of the news of each of n members, and each copy is passed on by everybody. Only the
 * first copy that a node meets is worth passing on.
 */
final class News {

    /** Longer than news travels; a later copy is news again, should it be needed. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private static final int REMEMBERED = 8192;

    private record Copy(String author, long number, long at) {}

    private final LinkedHashMap<String, Copy> first = new LinkedHashMap<>();

    /** Whether this is the first copy of the news, or that copy again. */
    synchronized boolean isFirst(RecordReader.Entry news, long now) {
        String content = news.member().id() + '/' + news.status() + '/' + news.incarnation();
        Copy known = first.get(content);
        if (known != null && now - known.at() < FRESH.toNanos()) {
            return known.number() == news.number() && known.author().equals(news.author());
        }
        first.remove(content);
        while (first.size() >= REMEMBERED) {
            first.pollFirstEntry();
        }
        first.put(content, new Copy(news.author(), news.number(), now));
        return true;
    }
}
