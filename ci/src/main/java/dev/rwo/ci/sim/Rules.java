package dev.rwo.ci.sim;

import dev.rwo.agent.control.Step;
import dev.rwo.agent.membership.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What must hold after every step, whatever happens; {@link Violation} when it does not. */
final class Rules {

    /**
     * A founder that vanishes after all acknowledged its swarm is waited for this long; then the others go on without
     * it, and its swarm dissolves when it comes back.
     */
    private static final long FOUNDER_GONE = 9_000;

    /** A box that saw a swarm waits for it, by far longer than this. */
    private static final long WAITED_FOR = 240_000;

    private final World world;
    private final List<RaftGroup> counting = new ArrayList<>();
    long steps;

    Rules(World world) {
        this.world = world;
    }

    /** Before a step. */
    void step(Box box, Step step) {
        steps++;
    }

    /**
     * A swarm counts from now on: everybody its founder saw has acknowledged it. No two may count whose founders had
     * asked one and the same box, whatever happened; nor any two while all boxes could find each other.
     */
    void counts(Box founder, RaftGroup group, List<Member> voters) {
        Set<String> asked = new TreeSet<>();
        voters.forEach(member -> asked.add(member.boot()));
        asked.add(founder.boot);
        for (RaftGroup other : counting) {
            if (other == group) {
                continue;
            }
            boolean common =
                    other.asked.stream().anyMatch(asked::contains) && world.time.now() - other.countsSince < WAITED_FOR;
            boolean strangers = world.separated || world.multicastLoss > 0 || (isGone(other) && !isKnown(other));
            if (common || !strangers) {
                throw new Violation("two swarms count" + (common ? " though one box was asked for both: " : ": ")
                        + other.id + " since " + other.countsSince + " ms, and " + group.id + " of " + founder.name);
            }
        }
        group.asked = asked;
        // What vanished may come back and run its first workload before it hears of the other.
        world.separated |= !counting.isEmpty() && !counting.contains(group);
        if (!group.counts) {
            group.counts = true;
            group.countsSince = world.time.now();
            counting.add(group);
            founder.trace("swarm " + group.id + " counts");
        }
    }

    /** Whether a box that is there has seen it lately. */
    private boolean isKnown(RaftGroup group) {
        long now = world.time.now();
        return world.boxes.stream()
                .filter(box -> box.agentUp && !box.isPaused())
                .anyMatch(box -> box.gossip.saw(group.id) >= 0 && now - box.gossip.saw(group.id) < WAITED_FOR);
    }

    /** Whether nobody of that swarm has been there for long enough that the others had to go on. */
    private boolean isGone(RaftGroup group) {
        long now = world.time.now();
        return world.boxes.stream()
                .filter(box -> box.engine.isIn(group))
                .allMatch(box -> box.unavailableSince >= 0 && now - box.unavailableSince >= FOUNDER_GONE);
    }

    /** A node leaves. */
    void leaves(Box box, RaftGroup group, boolean removed) {
        RaftGroup.Entry entry = group.nodes.get(box.engine.nodeId());
        boolean well = !removed && entry != null && entry.box == box && group.answers(group.leader);
        boolean newer = world.groups.stream().anyMatch(other -> other.id.equals(group.id) && other.fork > group.fork);
        if (well && entry != null && group.used() && !newer && entry.state.equals("ready") && group.isHere(entry)) {
            throw new Violation(box.name + " leaves the working, used swarm " + group.id);
        }
    }

    /** A manager is made or unmade by us. */
    void changesRole(RaftGroup group, RaftGroup.Entry entry, boolean manager) {
        if (manager || !entry.voter) {
            return;
        }
        List<RaftGroup.Entry> left =
                group.voters().stream().filter(voter -> voter != entry).toList();
        RaftGroup.Entry leader = group.leader;
        long reachable = left.stream()
                .filter(voter ->
                        group.isHere(voter) && leader != null && world.net.bothWays(leader.box.index, voter.box.index))
                .count();
        if (left.isEmpty() || reachable * 2 <= left.size()) {
            throw new Violation(
                    "demoting " + entry.id + " leaves " + reachable + " of " + left.size() + " managers reachable");
        }
    }

    /** Labels of a node are replaced. */
    void labels(RaftGroup.Entry entry, Map<String, String> next) {
        entry.labels.forEach((key, value) -> {
            if (key.startsWith("site.") && !value.equals(next.get(key))) {
                throw new Violation("the operator's label " + key + " of " + entry.id + " was touched");
            }
        });
    }

    /** Whether boxes that run cannot see each other, not even by way of others; one that stands still passes nothing on. */
    private boolean isSplit() {
        List<Box> up = world.boxes.stream()
                .filter(box -> box.agentUp && !box.isPaused())
                .toList();
        Set<Box> reached = new HashSet<>();
        ArrayDeque<Box> next = new ArrayDeque<>();
        if (!up.isEmpty()) {
            next.add(up.getFirst());
            reached.add(up.getFirst());
        }
        while (!next.isEmpty()) {
            Box one = next.remove();
            for (Box other : up) {
                if (world.net.bothWays(one.index, other.index) && reached.add(other)) {
                    next.add(other);
                }
            }
        }
        return reached.size() < up.size();
    }

    /** Every second. */
    void everySecond() {
        if (!world.separated && world.net.isCut()) {
            world.separated = isSplit();
        }
        long used = world.groups.stream()
                .filter(group -> group.used() && group.fork == 0)
                .count();
        if (used > 1
                && !world.separated
                && counting.stream().filter(group -> !isGone(group)).count() > 1) {
            throw new Violation("two swarms run workloads");
        }
    }

    /** Whether everybody is where he belongs: what must come true some time after the last fault. */
    String unfinished() {
        RaftGroup home = null;
        for (Box box : world.boxes) {
            RaftGroup group = box.engine.group();
            if (group == null && world.bothUsed()) {
                return "";
            }
            if (group == null) {
                return box.name + " is in no swarm";
            }
            if (home != null && home != group) {
                return world.bothUsed() ? "" : box.name + " is in " + group.id + ", others in " + home.id;
            }
            home = group;
        }
        for (Box box : world.boxes) {
            RaftGroup.Entry entry = box.engine.entry();
            if (entry == null || home == null || !home.isHere(entry) || !entry.state.equals("ready")) {
                return box.name + " is not ready";
            }
            if (entry.availability != dev.rwo.agent.swarm.Availability.ACTIVE) {
                return box.name + " is not active";
            }
        }
        if (home != null && !home.counts) {
            return home.id + " does not count yet";
        }
        return world.managersUnfinished(home);
    }
}
