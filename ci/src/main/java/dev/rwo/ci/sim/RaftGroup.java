package dev.rwo.ci.sim;

import dev.rwo.agent.swarm.Availability;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One swarm: a replicated state that changes only while a leader reaches a majority of the voters. A takeover by force
 * makes another one with the same ID.
 */
final class RaftGroup {

    private static final long DOWN_AFTER = 12_000;
    private static final long PROMOTED_AFTER = 1_500;

    /** An entry for a node. */
    static final class Entry {
        final String id;
        final Box box;
        boolean manager;
        boolean voter;
        Availability availability = Availability.DRAIN;
        /** Never changed in itself, only replaced. */
        SortedMap<String, String> labels = Collections.emptySortedMap();

        long version = 1;
        String state = "ready";
        long heard;
        long promoted;
        /** Since when a leader has reached it without a break. */
        long reachedSince = Long.MAX_VALUE;

        /** Whether the leader has told it, as a manager, who the others are. */
        boolean knowsOthers;
        /**
         * It lost its power before that: it hears the leader, and knows nobody whom it could answer. Not where the swarm
         * would lose its majority by that, which only a person can mend.
         */
        boolean leaderless;

        Entry(String id, Box box, long now) {
            this.id = id;
            this.box = box;
            this.heard = now;
        }
    }

    final World world;
    final String id;
    final int fork;
    final Map<String, Entry> nodes = new TreeMap<>();
    SortedMap<String, String> labels = new TreeMap<>();
    long version = 1;

    @Nullable
    Entry leader;

    boolean counts;
    /** Boots of all whom the founder asked, and its own. */
    Set<String> asked = Set.of();

    /** Node IDs of the same, which they keep over a reboot. */
    Set<String> askedNodes = Set.of();

    long countsSince;
    private long electionAt = Long.MAX_VALUE;
    private int joined;

    RaftGroup(World world, String id, int fork) {
        this.world = world;
        this.id = id;
        this.fork = fork;
    }

    Entry add(Box box, boolean manager) {
        Entry entry = new Entry(id + "-n" + fork + joined++ + "-" + box.index, box, world.time.now());
        entry.manager = manager;
        entry.voter = manager;
        entry.knowsOthers = manager;
        nodes.put(entry.id, entry);
        if (manager) {
            leader = entry;
        }
        return entry;
    }

    boolean used() {
        return "true".equals(labels.get("rwo.used"));
    }

    List<Entry> voters() {
        return nodes.values().stream().filter(entry -> entry.voter).toList();
    }

    boolean isHere(Entry entry) {
        return entry.box.engine.isIn(this, entry.id) && entry.box.engineRuns();
    }

    private boolean reaches(Entry one, Entry other) {
        return one == other || (isHere(one) && isHere(other) && world.net.bothWays(one.box.index, other.box.index));
    }

    int reachableFrom(Entry one) {
        return isHere(one)
                ? (int) voters().stream()
                        .filter(other -> isHere(other) && !other.leaderless && reaches(one, other))
                        .count()
                : 0;
    }

    boolean hasMajority(Entry one) {
        return one.voter && !one.leaderless && isMajority(reachableFrom(one));
    }

    private long without(Entry one) {
        return voters().stream()
                .filter(other -> other != one && !other.leaderless)
                .count();
    }

    private boolean isMajority(long count) {
        return count * 2 > voters().size();
    }

    /** Whether this node's manager can read and write. */
    boolean answers(@Nullable Entry entry) {
        Entry leads = leader;
        return entry != null
                && entry.voter
                && !entry.leaderless
                && isHere(entry)
                && leads != null
                && hasMajority(leads)
                && reaches(entry, leads);
    }

    /** The engines of managers tell their agents of every change of a node. */
    private void tell() {
        voters().forEach(voter -> voter.box.look("engine"));
    }

    void write() {
        version++;
    }

    /** What Swarm itself does every second. */
    void tick() {
        long now = world.time.now();
        elect(now);
        Entry leads = leader;
        if (leads == null) {
            nodes.values().forEach(entry -> entry.reachedSince = Long.MAX_VALUE);
            return;
        }
        for (Entry entry : List.copyOf(nodes.values())) {
            entry.reachedSince =
                    reaches(leads, entry) && !entry.leaderless ? Math.min(entry.reachedSince, now) : Long.MAX_VALUE;
            if (entry.voter && !entry.knowsOthers) {
                entry.knowsOthers = reaches(leads, entry);
                if (!entry.leaderless && !isHere(entry) && isMajority(without(entry))) {
                    entry.leaderless = true;
                    entry.box.trace("will find no leader");
                }
            }
            boolean heard = isHere(entry) && voters().stream().anyMatch(voter -> reaches(voter, entry));
            if (heard) {
                entry.heard = now;
                if (!entry.state.equals("ready")) {
                    entry.state = "ready";
                    entry.version++;
                    tell();
                }
                if (entry.manager && !entry.voter && now - entry.promoted >= PROMOTED_AFTER) {
                    entry.voter = true;
                    entry.version++;
                    entry.box.look("engine");
                    tell();
                }
            } else if (now - entry.heard > DOWN_AFTER && entry.state.equals("ready")) {
                entry.state = "down";
                entry.version++;
                tell();
            }
        }
        for (Box box : world.boxes) {
            SimEngine engine = box.engine;
            if (engine.isIn(this) && box.engineRuns() && !nodes.containsKey(engine.nodeId())) {
                if (voters().stream()
                        .anyMatch(voter -> isHere(voter) && world.net.bothWays(voter.box.index, box.index))) {
                    engine.wasRemoved();
                }
            }
        }
    }

    private void elect(long now) {
        Entry leads = leader;
        if (leads != null && nodes.get(leads.id) == leads && hasMajority(leads)) {
            electionAt = Long.MAX_VALUE;
            return;
        }
        leader = null;
        if (electionAt == Long.MAX_VALUE) {
            electionAt = now + 3000 + world.random.nextInt(5000);
        }
        if (now >= electionAt) {
            List<Entry> able = voters().stream().filter(this::hasMajority).toList();
            if (!able.isEmpty()) {
                leader = able.get(world.random.nextInt(able.size()));
                electionAt = Long.MAX_VALUE;
                tell();
            }
        }
    }
}
