package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.OwnedLabels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Swarm's rules that matter for its managers, in virtual time: who votes, who is reached, what is refused. */
final class SwarmModel {

    static final Duration MANAGER_GRACE = Duration.ofSeconds(30);
    static final Duration MEMBER_GRACE = Duration.ofMinutes(15);
    static final Duration TICK = Duration.ofSeconds(2);

    /** A box; power and entry are separate things. */
    static final class Box {
        final String name;
        String entry = "";
        boolean powered = true;
        /** The agent runs, and gossip sees it, but the engine is kept stopped. */
        boolean engineHeld;

        boolean manager;
        boolean voter;
        boolean joinsRaft = true;
        /** It lost its power while it was promoted: Raft reaches it, and it cannot answer. */
        boolean leaderless;
        /** It has the site's leave to restart. */
        boolean restarting;

        Instant since = Instant.EPOCH;
        Instant missed = Instant.EPOCH;
        boolean wasUp;
        final Map<String, String> labels = new TreeMap<>();

        Box(String name) {
            this.name = name;
        }

        boolean votes() {
            return works() && !leaderless;
        }

        boolean works() {
            return powered && !engineHeld;
        }
    }

    private final Map<String, Box> boxes = new LinkedHashMap<>();
    final List<ManagerStep> done = new ArrayList<>();
    private final Map<String, Instant> passedOver = new TreeMap<>();
    private Instant now = Instant.parse("2026-11-23T00:00:00Z");
    /** How long gossip, and Swarm, take to notice that a box is gone. */
    Duration gossipLag = Duration.ZERO;

    Duration swarmLag = Duration.ZERO;

    private int entries;
    private boolean founded;

    Box plugIn(String name) {
        Box box = new Box(name);
        boxes.put(name, box);
        join(box);
        return box;
    }

    private void join(Box box) {
        box.entry = "entry" + entries++;
        box.manager = !founded;
        box.voter = !founded;
        founded = true;
        box.labels.put(OwnedLabels.NODE_ID, box.name);
        box.labels.put(OwnedLabels.JOINED, "20261123T000000Z");
    }

    Box box(String name) {
        return Objects.requireNonNull(boxes.get(name));
    }

    List<Box> boxes() {
        return List.copyOf(boxes.values());
    }

    void power(String name, boolean on) {
        Box box = box(name);
        box.powered = on;
        box.missed = now;
        if (on && box.entry.isEmpty() && hasQuorum()) {
            join(box);
        }
    }

    List<String> managers() {
        return boxes.values().stream()
                .filter(box -> !box.entry.isEmpty() && box.manager)
                .map(box -> box.name)
                .toList();
    }

    long voters() {
        return boxes.values().stream().filter(box -> box.voter).count();
    }

    long reachable() {
        return boxes.values().stream().filter(box -> box.voter && box.votes()).count();
    }

    boolean hasQuorum() {
        return reachable() >= voters() / 2 + 1;
    }

    void run(Duration length) {
        Instant end = now.plus(length);
        while (now.isBefore(end)) {
            tick();
        }
    }

    /** One look of the leader's agent, and the swarm's answer to its step. */
    void tick() {
        now = now.plus(TICK);
        boxes.values().stream()
                .filter(box -> box.manager && !box.voter && box.works() && box.joinsRaft && hasQuorum())
                .forEach(box -> box.voter = true);
        boxes.values().stream()
                .filter(box -> box.works() && box.entry.isEmpty() && hasQuorum())
                .forEach(this::join);
        ManagerView view = view();
        if (!hasQuorum()) {
            return;
        }
        Plan<ManagerStep> plan = ManagerPlanner.plan(view, now);
        if (plan.steps().size() > 1) {
            throw new AssertionError("more than one step at once: " + plan.steps());
        }
        plan.steps().forEach(this::apply);
    }

    ManagerView view() {
        Box leader = boxes.values().stream()
                .filter(box -> box.voter && box.votes())
                .findFirst()
                .orElse(null);
        List<SiteNode> nodes = new ArrayList<>();
        for (Box box : boxes.values()) {
            if (box.entry.isEmpty()) {
                continue;
            }
            ClusterNode node = node(box, box == leader);
            boolean up = SiteNode.isUp(node, box.leaderless && box.powered);
            if (box.wasUp != up || box.since.equals(Instant.EPOCH)) {
                box.wasUp = up;
                box.since = now;
            }
            nodes.add(new SiteNode(
                    node,
                    box.leaderless && box.powered,
                    up,
                    box.since,
                    isPresent(box),
                    isPresent(box) ? null : box.missed.plus(gossipLag),
                    box.restarting,
                    false,
                    passedOver.get(box.entry)));
        }
        return new ManagerView(true, nodes, MANAGER_GRACE, MEMBER_GRACE);
    }

    private boolean isPresent(Box box) {
        return box.powered || now.isBefore(box.missed.plus(gossipLag));
    }

    private ClusterNode node(Box box, boolean leader) {
        return new ClusterNode(
                box.entry,
                1,
                box.name,
                box.manager ? "manager" : "worker",
                Availability.ACTIVE,
                box.works() || (!box.engineHeld && now.isBefore(box.missed.plus(swarmLag))) ? "ready" : "down",
                "192.0.2.1",
                "linux",
                "x86_64",
                new TreeMap<>(box.labels),
                new TreeMap<>(),
                box.voter ? new ClusterNode.ManagerStatus(leader, box.works(), "") : null);
    }

    private void apply(ManagerStep step) {
        done.add(step);
        boolean had = hasQuorum();
        Box box = boxes.values().stream()
                .filter(each -> each.entry.equals(step.node().id()))
                .findFirst()
                .orElseThrow();
        switch (step) {
            case ManagerStep.Promote promote -> box.manager = true;
            case ManagerStep.Demote demote -> {
                box.manager = false;
                box.voter = false;
                box.leaderless = false;
                if (demote.passOver()) {
                    passedOver.put(box.entry, now.plus(ManagerPlanner.PASSED_OVER));
                }
            }
            case ManagerStep.Remove remove -> {
                if (box.manager || box.voter) {
                    throw new AssertionError("a manager's entry cannot be removed: " + step);
                }
                box.entry = "";
            }
        }
        if (had && !hasQuorum()) {
            throw new AssertionError("lowered below the quorum: " + step);
        }
    }
}
