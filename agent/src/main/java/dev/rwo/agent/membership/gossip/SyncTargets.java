package dev.rwo.agent.membership.gossip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which addresses outside of the membership are tried next: seeds that are no members yet, and members that were lost.
 * Both sides of a healed partition find each other so.
 */
final class SyncTargets {

    /** The first tries of a new address follow each other quickly: it may just be starting. */
    private static final Duration FIRST = Duration.ofMillis(500);
    /** New addresses are tried together; old ones one at a time, so that thirty dead members cost little. */
    private static final int NEW_AT_ONCE = 8;

    private static final int MANY_TRIES = 40;

    /**
     * Between tables for members that were lost, whoever they are. A hundred boxes that have to share two processors take
     * each other for dead; were every one that goes offered a table at once, as a new address is, the tables alone would
     * keep them from answering (seen in the lab: 130 kB a second from each, for ever).
     */
    private static final Duration BETWEEN_LOST = Duration.ofSeconds(1);

    private record Try(int count, long nextAt) {}

    private final Duration retry;
    private final Map<String, Try> tries = new HashMap<>();
    private long nextLostAt;
    private boolean triedLost;

    SyncTargets(Duration retry) {
        this.retry = retry;
    }

    /**
     * Whom to try now, of those that are outside.
     *
     * @param outside addresses of nobody who is a member
     * @param lost those among them that were members
     */
    synchronized List<String> due(Collection<String> outside, Set<String> lost, long now) {
        tries.keySet().retainAll(Set.copyOf(outside));
        List<String> chosen = new ArrayList<>();
        boolean old = triedLost && nextLostAt - now > 0;
        for (String address : outside) {
            Try last = tries.getOrDefault(address, new Try(0, now));
            boolean young = last.count() < 3 && !lost.contains(address);
            if (last.nextAt() - now > 0 || (young ? chosen.size() >= NEW_AT_ONCE : old)) {
                continue;
            }
            if (!young) {
                old = true;
                triedLost = true;
                nextLostAt = now + BETWEEN_LOST.toNanos();
            }
            chosen.add(address);
            Duration pause = lost.contains(address) ? retry : pause(last.count());
            tries.put(address, new Try(last.count() + 1, now + pause.toNanos()));
        }
        return chosen;
    }

    /** All are tried anew at once: this node slept. */
    synchronized void forget() {
        tries.clear();
    }

    private Duration pause(int count) {
        if (count >= MANY_TRIES) {
            return retry.multipliedBy(6);
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(count, 10));
        return doubled.compareTo(retry) < 0 ? doubled : retry;
    }
}
