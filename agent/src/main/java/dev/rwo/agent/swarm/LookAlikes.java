package dev.rwo.agent.swarm;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Machines with one and the same hash, because their firmware says the same or a virtual machine was copied. What
 * several living boxes have in common identifies none of them, so their entries say {@link OwnedLabels#SHARED} instead,
 * for good. A box that was flashed anew also has two entries of its machine, but lives only once.
 */
public final class LookAlikes {

    /** Longer than Swarm and gossip take to miss a box, with an election in between. */
    static final Duration PROOF = Duration.ofMinutes(3);

    /** Who did not look for so long may have stood still, and see what was. The controller's sweep comes sooner. */
    static final Duration LONGEST_GAP = Duration.ofSeconds(90);

    private final Clock clock;
    private final Map<String, Instant> severalSince = new HashMap<>();
    private Instant looked = Instant.MIN;
    private Set<String> shared = Set.of();

    /**
     * None is known yet.
     *
     * @param clock one that never jumps
     */
    public LookAlikes(Clock clock) {
        this.clock = clock;
    }

    /**
     * Looks anew, on the leader.
     *
     * @param living the hash of every box that both Swarm and gossip see
     */
    public void look(Map<ClusterNode, String> living) {
        Instant now = clock.instant();
        if (now.isAfter(looked.plus(LONGEST_GAP))) {
            severalSince.clear();
        }
        looked = now;
        Set<String> several = new HashSet<>(living.values());
        several.removeIf(hash -> hash.isEmpty() || Collections.frequency(living.values(), hash) == 1);
        severalSince.keySet().retainAll(several);
        several.forEach(hash -> severalSince.putIfAbsent(hash, now));
        Set<String> proven = new HashSet<>();
        severalSince.forEach((hash, since) -> {
            if (!now.isBefore(since.plus(PROOF))) {
                proven.add(hash);
            }
        });
        living.forEach((node, hash) -> {
            if (isMarked(node)) {
                proven.add(hash);
            }
        });
        shared = Set.copyOf(proven);
    }

    /** What the node's label has to say of its machine, as seen at the last look. */
    public String label(ClusterNode node, String hash) {
        return shared.contains(hash) ? OwnedLabels.SHARED : labelled(node, hash);
    }

    /** The same for who does not lead. */
    static String labelled(ClusterNode node, String hash) {
        return isMarked(node) ? OwnedLabels.SHARED : hash;
    }

    private static boolean isMarked(ClusterNode node) {
        return OwnedLabels.SHARED.equals(node.labels().get(OwnedLabels.NODE_HARDWARE));
    }
}
