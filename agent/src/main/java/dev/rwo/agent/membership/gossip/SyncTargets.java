package dev.rwo.agent.membership.gossip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
    /** Who is alone tries new addresses together; old ones go one at a time, so that thirty dead members cost little. */
    private static final int NEW_AT_ONCE = 2;

    private static final int MANY_TRIES = 40;

    /**
     * Between tables for old addresses, and for any as soon as this node has company: one member of it that finds the
     * address brings all. A hundred boxes that have to share two processors take each other for dead; were every one that
     * goes offered a table at once, the tables alone would keep them from answering (seen in the lab: 130 kB a second from
     * each, for ever).
     */
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    /**
     * What each member adds to that, so that a site of a hundred, all of which see all others by mDNS when they start,
     * offers eight tables a second in all and not sixteen hundred.
     */
    private static final Duration FOR_EACH_MEMBER = Duration.ofMillis(125);

    private record Try(int count, long nextAt) {}

    private final Duration retry;
    private final Map<String, Try> tries = new HashMap<>();
    private long nextAt;
    private boolean tried;

    SyncTargets(Duration retry) {
        this.retry = retry;
    }

    /**
     * Whom to try now, of those that are outside: whoever was tried least comes first.
     *
     * @param outside addresses of nobody who is a member
     * @param lost those among them that were members
     * @param members how many others are members
     */
    synchronized List<String> due(Collection<String> outside, Set<String> lost, int members, long now) {
        tries.keySet().retainAll(Set.copyOf(outside));
        List<String> candidates = outside.stream()
                .filter(address -> last(address, now).nextAt() - now <= 0)
                .sorted(Comparator.comparingInt(address -> last(address, now).count()))
                .toList();
        List<String> chosen = new ArrayList<>();
        boolean waits = tried && nextAt - now > 0;
        for (String address : candidates) {
            Try last = last(address, now);
            boolean quick = members == 0 && last.count() < 3 && !lost.contains(address);
            if (quick ? chosen.size() >= NEW_AT_ONCE : waits) {
                continue;
            }
            if (!quick) {
                waits = true;
                tried = true;
                nextAt = now + between(members).toNanos();
            }
            chosen.add(address);
            Duration pause = lost.contains(address) ? retry : pause(last.count());
            tries.put(address, new Try(last.count() + 1, now + pause.toNanos()));
        }
        return chosen;
    }

    private Try last(String address, long now) {
        return tries.getOrDefault(address, new Try(0, now));
    }

    private static Duration between(int members) {
        Duration shared = FOR_EACH_MEMBER.multipliedBy(members);
        return shared.compareTo(BETWEEN) > 0 ? shared : BETWEEN;
    }

    /** All count as new: this node slept. */
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
