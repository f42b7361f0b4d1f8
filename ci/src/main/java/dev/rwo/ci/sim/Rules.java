package dev.rwo.ci.sim;

import dev.rwo.agent.control.Step;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.swarm.ActivationController;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.LabelController;
import dev.rwo.agent.swarm.managers.ManagerPlanner;
import dev.rwo.agent.swarm.managers.ManagerStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** By then what gossip told has been heard, and everybody's word that was given before is used up. */
    private static final long HEARD = 12_000;

    /** How long boxes that could not find each other may act as if they had never met. */
    private static final long APART = 60_000;

    /** Two swarms in sight of each other, of which one is unused, are one by then. */
    private static final long SIDE_BY_SIDE = 5 * 60_000;

    /** Five managers one after another, each with a step that fails and is tried again after the longest wait. */
    private static final long SIZED = 6 * 60_000;

    /** With less loss two boxes hear each other while they listen, ten seconds, but for one in a million times. */
    private static final double MOSTLY_LOST = 0.5;

    private final World world;
    private final List<RaftGroup> counting = new ArrayList<>();
    private final Map<String, Long> sideBySide = new HashMap<>();
    private long splitAt = -APART;
    private long calmSince;
    private int lastSite;
    long steps;

    Rules(World world) {
        this.world = world;
    }

    /** A box is about to take a step: only the agent beside the leader writes nodes. */
    void planned(Box box, Step step) {
        steps++;
        if (step instanceof ManagerStep.Demote demote && demote.passOver()) {
            calmSince = world.time.now() + ManagerPlanner.PASSED_OVER.toMillis();
        }
        boolean writes = step instanceof ManagerStep
                || step instanceof LabelController.Change
                || step instanceof ActivationController.Change;
        RaftGroup group = box.engine.group();
        if (writes && (group == null || group.leader == null || group.leader != box.engine.entry())) {
            throw new Violation(box.name + " writes nodes though it does not lead: "
                    + step.getClass().getSimpleName());
        }
    }

    /** After a step, and every second. */
    void afterStep() {
        Map<String, RaftGroup> writing = new HashMap<>();
        for (RaftGroup group : world.groups) {
            world.operator.look(group);
            if (!group.counts) {
                isUntouched(group);
            }
            if (group.answers(group.leader) && writing.put(group.id, group) != null) {
                throw new Violation("two groups of managers accept writes as swarm " + group.id);
            }
        }
    }

    /** What may be given up must hold nothing. */
    private static void isUntouched(RaftGroup group) {
        boolean active = group.nodes.values().stream().anyMatch(entry -> entry.availability == Availability.ACTIVE);
        if (active || group.used() || group.nodes.size() > 1) {
            throw new Violation(group.id + " does not count yet, and "
                    + (group.used() ? "is used" : active ? "has an active node" : "others have joined it"));
        }
    }

    /** A box joins. */
    void joins(Box box, RaftGroup group) {
        if (!group.counts) {
            throw new Violation(box.name + " joins " + group.id + ", which does not count yet");
        }
    }

    /**
     * A swarm counts from now on: everybody its founder saw has acknowledged it. No two may count whose founders had
     * asked one and the same box, nor when a box that was asked for one knew of the other, whatever happened. Two may
     * when their boxes really never met.
     */
    void counts(Box founder, RaftGroup group, List<Member> voters) {
        Set<String> asked = new TreeSet<>();
        voters.forEach(member -> asked.add(member.boot()));
        asked.add(founder.boot);
        Set<String> nodes = new TreeSet<>();
        voters.forEach(member -> nodes.add(member.nodeId()));
        nodes.add(founder.nodeId);
        long now = world.time.now();
        for (RaftGroup other : counting) {
            if (other == group || world.boxes.stream().noneMatch(box -> box.engine.isIn(other))) {
                continue;
            }
            boolean common =
                    other.askedNodes.stream().anyMatch(nodes::contains) && now - other.countsSince < WAITED_FOR;
            boolean strangers =
                    now - splitAt < APART || world.multicastLoss > MOSTLY_LOST || (isGone(other) && !isKnown(other));
            String met = met(asked, other);
            if (common || !met.isEmpty() || !strangers) {
                throw new Violation("two swarms count" + (common ? ", though one box was asked for both" : met) + ": "
                        + other.id + " since " + other.countsSince + " ms, and " + group.id + " of " + founder.name);
            }
        }
        group.asked = asked;
        group.askedNodes = nodes;
        if (!group.counts) {
            group.counts = true;
            group.countsSince = now;
            counting.add(group);
            founder.trace("swarm " + group.id + " counts");
        }
    }

    /** Who of those that were asked knew of the other swarm, or of a box that was asked for that; empty for nobody. */
    private String met(Set<String> asked, RaftGroup other) {
        long now = world.time.now();
        for (Box box : world.boxes) {
            if (!box.agentUp || box.isPaused() || !asked.contains(box.boot)) {
                continue;
            }
            long first = box.gossip.sawFirst(other.id);
            if (first >= 0 && now - first > HEARD && now - box.gossip.saw(other.id) < WAITED_FOR) {
                return ", though " + box.name + " had seen the other since " + first + " ms";
            }
            for (Box their : world.boxes) {
                boolean present = their.agentUp && !their.isPaused() && other.asked.contains(their.boot);
                long since = present && their != box ? box.gossip.presentSince(their.boot) : -1;
                if (since >= 0 && now - since > HEARD && now - splitAt >= APART) {
                    return ", though " + box.name + " had met " + their.name + " at " + since + " ms";
                }
            }
        }
        return "";
    }

    /** Whether a box that is there, and none of its own that is just back, has seen it lately. */
    private boolean isKnown(RaftGroup group) {
        long now = world.time.now();
        return world.boxes.stream()
                .filter(box -> box.agentUp && !box.isPaused() && !box.engine.isIn(group))
                .anyMatch(box -> box.gossip.saw(group.id) >= 0 && now - box.gossip.saw(group.id) < WAITED_FOR);
    }

    /** Whether nobody of that swarm has been there for long enough that the others had to go on, or is just back. */
    private boolean isGone(RaftGroup group) {
        long now = world.time.now();
        return world.boxes.stream()
                .filter(box -> box.engine.isIn(group))
                .allMatch(box -> box.unavailableSince >= 0
                        ? now - box.unavailableSince >= FOUNDER_GONE
                        : box.listened() < HEARD);
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
        long managers =
                group.nodes.values().stream().filter(each -> each.manager).count();
        int most = ManagerPlanner.wanted(group.nodes.size()) + 1;
        if (manager && !entry.manager && managers + 1 > most) {
            throw new Violation("promoting " + entry.id + " makes too many managers of " + group.nodes.size()
                    + " nodes: " + (managers + 1));
        }
        if (manager || !entry.voter) {
            return;
        }
        List<RaftGroup.Entry> left =
                group.voters().stream().filter(voter -> voter != entry).toList();
        RaftGroup.Entry leader = group.leader;
        long reachable = left.stream()
                .filter(voter -> group.isHere(voter)
                        && !voter.leaderless
                        && leader != null
                        && world.net.bothWays(leader.box.index, voter.box.index))
                .count();
        if (left.isEmpty() || reachable * 2 <= left.size()) {
            throw new Violation(
                    "demoting " + entry.id + " leaves " + reachable + " of " + left.size() + " managers reachable");
        }
        long here = group.nodes.values().stream().filter(group::isHere).count();
        boolean needed = managers % 2 == 1 && managers <= ManagerPlanner.wanted((int) here);
        if (needed && world.time.now() - entry.reachedSince > HEARD) {
            throw new Violation("demoting " + entry.id + " leaves too few managers of " + here + " nodes");
        }
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
        long now = world.time.now();
        if (world.net.isCut() && isSplit()) {
            splitAt = now;
        }
        afterStep();
        together(now);
        int site = site();
        if (site != lastSite) {
            lastSite = site;
            calmSince = Math.max(calmSince, now);
        } else if (now - calmSince > SIZED) {
            for (RaftGroup group : counting) {
                isSized(group);
            }
        }
    }

    /** Two swarms that see each other become one, unless both were used. */
    private void together(long now) {
        for (RaftGroup one : counting) {
            for (RaftGroup other : counting) {
                if (one.id.compareTo(other.id) >= 0) {
                    continue;
                }
                String pair = one.id + " and " + other.id;
                RaftGroup.Entry here = one.leader;
                RaftGroup.Entry there = other.leader;
                boolean apart = here == null
                        || there == null
                        || !one.answers(here)
                        || !other.answers(there)
                        || (one.used() && other.used())
                        || !sees(here.box, there.box)
                        || !sees(there.box, here.box);
                if (apart) {
                    sideBySide.remove(pair);
                } else if (now - sideBySide.computeIfAbsent(pair, fresh -> now) > SIDE_BY_SIDE) {
                    throw new Violation(pair + " stay side by side");
                }
            }
        }
    }

    private static boolean sees(Box one, Box other) {
        return one.agentUp
                && other.agentUp
                && !one.isPaused()
                && !other.isPaused()
                && one.gossip.presentSince(other.boot) >= 0;
    }

    /** Changes with whatever may keep the managers from being right in number. */
    private int site() {
        int hash = world.net.isQuiet() ? 1 : 0;
        for (Box box : world.boxes) {
            hash = 31 * hash
                    + Objects.hash(box.boot, box.agentUp, box.isPaused(), box.engineRuns(), box.engine.nodeId());
        }
        for (RaftGroup group : counting) {
            hash = 31 * hash + group.nodes.size();
        }
        return hash;
    }

    private void isSized(RaftGroup group) {
        boolean well = group.answers(group.leader)
                && group.nodes.values().stream()
                        .allMatch(entry -> group.isHere(entry) && entry.box.agentUp && !entry.box.isPaused());
        String wrong = well && world.net.isQuiet() ? world.managersUnfinished(group) : "";
        if (!wrong.isEmpty()) {
            throw new Violation(wrong + ", and nothing has happened since " + calmSince + " ms");
        }
    }

    /** Whether everybody is where he belongs: what must come true some time after the last fault. */
    String unfinished() {
        Set<RaftGroup> homes = new LinkedHashSet<>();
        for (Box box : world.boxes) {
            RaftGroup group = box.engine.group();
            if (group != null) {
                homes.add(group);
            } else if (!world.bothUsed()) {
                return box.name + " is in no swarm";
            }
        }
        if (homes.size() > 1 && !world.bothUsed()) {
            return "there are several swarms: "
                    + homes.stream().map(home -> home.id).toList();
        }
        // Of two swarms that both ran workloads a person chooses one; until then each must be well in itself.
        return homes.stream()
                .filter(home -> homes.size() == 1 || home.used())
                .map(this::unfinished)
                .filter(wrong -> !wrong.isEmpty())
                .findFirst()
                .orElse("");
    }

    private String unfinished(RaftGroup home) {
        for (Box box : world.boxes) {
            RaftGroup.Entry entry = box.engine.entry();
            if (box.engine.group() != home) {
                continue;
            }
            if (entry == null || !home.isHere(entry) || !entry.state.equals("ready")) {
                return box.name + " is not ready";
            }
            String operators = world.operator.unfinished(home, entry);
            if (!operators.isEmpty()) {
                return operators;
            }
        }
        return home.counts ? world.managersUnfinished(home) : home.id + " does not count yet";
    }
}
