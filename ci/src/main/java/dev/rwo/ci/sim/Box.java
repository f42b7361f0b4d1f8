package dev.rwo.ci.sim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.control.SteadyClock;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.swarm.BoxLabels;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.formation.Ballot;
import dev.rwo.agent.swarm.formation.BallotBox;
import dev.rwo.agent.swarm.formation.Remembered;
import dev.rwo.agent.swarm.formation.SwarmMemory;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.UnknownLabels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** One box: what is on its disk, its engine, and its agent while that runs. */
final class Box {

    private static final Instant EPOCH = Instant.parse("2026-11-23T00:00:00Z");
    private static final HardwareProfile HARDWARE = HardwareProfile.fromJson(JsonNodeFactory.instance.objectNode());
    private static final int RANKS = 6;

    final World world;
    final int index;
    final String name;
    /** All the IDs it has had: a box that is flashed anew gets another one. */
    final Set<String> nodeIds = new HashSet<>();

    String nodeId;
    /** What its firmware says of it. */
    String machine;

    final SimEngine engine;
    SwarmMemory memory = SwarmMemory.of(Remembered.NOTHING);
    String boot = "";
    SimGossip gossip;
    BallotBox ballots = BallotBox.of(null, Duration.ZERO);
    boolean agentUp;
    boolean engineUp;
    long unavailableSince = -1;

    private final List<Mind> minds = new ArrayList<>();
    private final List<Runnable> deferred = new ArrayList<>();
    private final List<Runnable> engineDeferred = new ArrayList<>();
    private int life;
    private boolean hostUp;
    private int hostLife;
    private int agentPauses;
    private int freezes;
    private long started;
    private long wallOffset;
    private int profile;
    private NodeFacts facts;
    private BoxLabels labels;
    private String profileHash;

    Box(World world, int index) {
        this.world = world;
        this.index = index;
        this.name = "till-" + index;
        this.nodeId = newId();
        this.machine = "machine-" + index;
        this.facts = probed();
        this.labels = BoxLabels.of(facts);
        this.profileHash = labels.hash();
        this.engine = new SimEngine(this);
        this.gossip = new SimGossip(this, digest());
    }

    private MemberDigest digest() {
        return MemberDigest.of(nodeId, name, ip() + ":8443", "1").withHardware(machine);
    }

    private String newId() {
        RandomGenerator random = world.random;
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        nodeIds.add(id);
        return id;
    }

    private NodeFacts probed() {
        String revision = "profile-" + index + "-" + profile;
        return new NodeFacts(
                revision,
                new TreeMap<>(Map.of(
                        OwnedLabels.REVISION,
                        revision,
                        "edge.cpu.rank",
                        String.valueOf(1 + (index + profile) % RANKS))),
                UnknownLabels.NONE,
                Set.of(),
                new TreeMap<>(),
                List.of(),
                new TreeMap<>(),
                HARDWARE);
    }

    /** What its hardware says. */
    NodeFacts facts() {
        return facts;
    }

    /** The labels that it earns. */
    BoxLabels labels() {
        return labels;
    }

    String profileHash() {
        return profileHash;
    }

    /** A device is plugged in. */
    void changeHardware() {
        profile++;
        facts = probed();
        labels = BoxLabels.of(facts);
        profileHash = labels.hash();
        trace("new hardware");
        look("hardware");
    }

    String ip() {
        return "192.0." + (World.FIRST_NETWORK + index / World.HOSTS) + "." + (1 + index % World.HOSTS);
    }

    /** The box gets power. */
    void powerOn() {
        hostUp = true;
        startEngine(500 + world.random.nextInt(world.engineStart));
        startAgent();
    }

    private void startEngine(long after) {
        int own = hostLife;
        world.time.in(after, () -> {
            if (own == hostLife && hostUp) {
                engineUp = true;
                look("engine");
            }
        });
    }

    void startAgent() {
        if (agentUp || !hostUp) {
            return;
        }
        agentUp = true;
        life++;
        if (!isPaused()) {
            unavailableSince = -1;
        }
        started = world.time.now();
        boot = "boot-" + index + "-" + life + "-" + Long.toHexString(world.random.nextLong());
        world.boots.add(boot, this);
        Ballot.Promise promise = ballots.get().promise();
        ballots = BallotBox.of(promise, uptime());
        gossip = new SimGossip(this, digest());
        minds.clear();
        world.minds(this).forEach(minds::add);
        trace("agent starts");
        int own = life;
        world.time.in(world.random.nextInt((int) SimGossip.TICK), () -> beat(own));
        minds.forEach(Mind::start);
    }

    private void beat(int own) {
        if (own != life || !agentUp) {
            return;
        }
        if (!isPaused()) {
            gossip.tick();
        }
        world.time.in(SimGossip.TICK, () -> beat(own));
    }

    /** The agent ends without a word. */
    void killAgent() {
        if (agentUp) {
            agentUp = false;
            life++;
            deferred.clear();
            if (unavailableSince < 0) {
                unavailableSince = world.time.now();
            }
            trace("agent dies");
        }
    }

    /** The power goes. */
    void powerOff() {
        killAgent();
        hostUp = false;
        hostLife++;
        engineUp = false;
        trace("power off");
        // A promise is in /run.
        ballots = BallotBox.of(null, Duration.ZERO);
    }

    /** Written anew: nothing of what was on its disk is left, but it is the same machine. */
    void flash() {
        powerOff();
        engine.wiped();
        memory = SwarmMemory.of(Remembered.NOTHING);
        nodeId = newId();
        trace("flashed anew");
    }

    /** Whether flashing it leaves its swarm a majority of managers; otherwise only {@code rwo recover} helps. */
    boolean isSpare() {
        RaftGroup group = engine.group();
        RaftGroup.Entry own = engine.entry();
        if (group == null || own == null || !own.voter) {
            return true;
        }
        long left = group.voters().stream()
                .filter(voter -> voter != own && !voter.leaderless && voter.box.engine.isIn(group, voter.id))
                .count();
        return left * 2 > group.voters().size();
    }

    void restartEngine(long away) {
        if (!engineUp) {
            return;
        }
        engineUp = false;
        trace("engine stops");
        hostLife++;
        startEngine(away);
    }

    void pauseAgent(boolean is) {
        agentPauses += is ? 1 : -1;
        paused(is);
    }

    /** The whole machine stands still, as a virtual machine that is migrated. */
    void freeze(boolean is) {
        freezes += is ? 1 : -1;
        if (freezes == 0) {
            List<Runnable> all = List.copyOf(engineDeferred);
            engineDeferred.clear();
            all.forEach(each -> world.time.in(0, each));
        }
        paused(is);
    }

    private void paused(boolean is) {
        if (is && unavailableSince < 0) {
            unavailableSince = world.time.now();
        }
        if (!isPaused()) {
            if (agentUp) {
                unavailableSince = -1;
            }
            List<Runnable> all = List.copyOf(deferred);
            deferred.clear();
            all.forEach(each -> world.time.in(0, each));
        }
        trace(is ? "paused" : "resumes");
    }

    boolean isPaused() {
        return agentPauses > 0 || freezes > 0;
    }

    boolean engineRuns() {
        return engineUp && freezes == 0;
    }

    /** Something the agent does later, unless it ended before; while it is paused it does nothing. */
    void later(long millis, Runnable what) {
        int own = life;
        world.time.in(millis, () -> now(own, what));
    }

    /** Which start of the agent this is. */
    int life() {
        return life;
    }

    private void now(int own, Runnable what) {
        if (own != life || !agentUp) {
            return;
        }
        if (isPaused()) {
            deferred.add(() -> now(own, what));
        } else {
            what.run();
        }
    }

    /** Something the engine does later, whatever becomes of the agent. */
    void engineLater(long millis, Runnable what) {
        world.time.in(millis, () -> {
            if (freezes > 0) {
                engineDeferred.add(what);
            } else {
                what.run();
            }
        });
    }

    /** A datagram comes: lost when nobody listens. */
    void datagram(Runnable what) {
        if (agentUp && !isPaused()) {
            what.run();
        }
    }

    /** Something changed that the planners watch. */
    void look(String trigger) {
        if (agentUp) {
            minds.forEach(mind -> mind.look(trigger));
        }
    }

    /** A clock that never jumps. */
    Duration uptime() {
        return Duration.ofMillis(world.time.now() - started + 1);
    }

    /** The same as a moment. */
    Instant steady() {
        return EPOCH.plusMillis(world.time.now());
    }

    /** What the agent makes at its start for durations that decide something. */
    SteadyClock steadyClock() {
        return new SteadyClock(
                Clock.fixed(wall(), ZoneOffset.UTC), () -> TimeUnit.MILLISECONDS.toNanos(world.time.now()));
    }

    /** The wall clock, which jumps. */
    Instant wall() {
        return EPOCH.plusMillis(world.time.now() + wallOffset);
    }

    void jumpClock(long millis) {
        wallOffset += millis;
        trace("clock jumps by " + millis / 1000 + " s");
    }

    long listened() {
        return world.time.now() - started;
    }

    void trace(String what) {
        world.trace(name, what);
    }
}
