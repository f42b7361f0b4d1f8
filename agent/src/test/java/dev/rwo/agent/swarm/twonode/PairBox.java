package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.swarm.twonode.TwoNodeView.Failure;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Gateway;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Replica;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One box of {@link TwoBoxes}: what of it survives what, and its agent between takeovers. */
final class PairBox {
    private final TwoBoxes world;
    private final PairTakeover takeover;
    final int id;
    private final double rate;
    private final long offset;

    // On the disk.
    TwoBoxes.Swarm swarm;
    long epoch;
    boolean hold;
    PairMemory memory = PairMemory.NOTHING;
    boolean replica;
    long replicaEpoch;
    boolean damaged;
    /** Whether this box's own swarm lies beside the replica that is in its place. */
    boolean aside;

    long ownEpoch;

    // Until the power fails.
    private boolean on;
    boolean engine;

    @Nullable
    Duration permit;

    boolean two;
    private int life;

    // Of the agent.
    private @Nullable PairLink link;
    private long pausedUntil;
    long busyUntil;
    int agent;
    private Duration started = Duration.ZERO;
    private Gateway gateway = Gateway.UNKNOWN;
    private @Nullable Duration checked;
    private boolean stopping;
    boolean confirmed;
    Failure failure = Failure.NONE;

    private long frozenUntil;
    long thawed = -1_000_000;

    PairBox(TwoBoxes world, int id, TwoBoxes.Swarm swarm) {
        this.world = world;
        this.takeover = new PairTakeover(world, this);
        this.rate = 1 + (world.random.nextDouble() - 0.5) / 5000;
        this.offset = world.random.nextInt(1_000_000);
        this.id = id;
        this.swarm = swarm;
        this.two = true;
    }

    PairBox other() {
        return world.boxes.get(1 - id);
    }

    Duration clock() {
        return Duration.ofMillis((long) (world.now * rate) + offset);
    }

    /** Whether an engine with the keeper's identity writes here just now. */
    boolean isUnfencedKeeper() {
        return on && engine && swarm == TwoBoxes.Swarm.MANAGER && world.now >= frozenUntil;
    }

    boolean agentRuns() {
        return on && link != null && world.now >= pausedUntil;
    }

    /** Everything stands still, the dead man's switch, too; the clock goes on. */
    void freeze(long time) {
        if (!on || world.now < frozenUntil) {
            return;
        }
        world.note(id + " frozen for " + time / 1000 + " s");
        frozenUntil = world.now + time;
        pausedUntil = Math.max(pausedUntil, frozenUntil);
        int mine = life;
        world.later(time, () -> {
            if (life == mine) {
                thaw();
            }
        });
    }

    private void thaw() {
        if (frozenUntil > 0) {
            world.note(id + " goes on");
            frozenUntil = 0;
            thawed = world.now;
        }
    }

    void boot() {
        on = true;
        life++;
        permit = null;
        engine = !hold;
        stopping = false;
        frozenUntil = 0;
        startAgent();
        world.note(id + " boots, held " + hold + ", " + swarm);
    }

    private void startAgent() {
        agent++;
        busyUntil = 0;
        started = clock();
        gateway = Gateway.UNKNOWN;
        checked = null;
        confirmed = false;
        failure = Failure.NONE;
        link = new PairLink(
                "n" + id,
                "box-" + id,
                "boot" + id + "-" + agent,
                TwoBoxes.TIMING,
                memory,
                TwoNodeController.guard(hold, world.mode),
                changed -> memory = changed);
        if (memory.peerId().isEmpty()) {
            link.remember(memory.withPeer("n" + (1 - id), "box-" + (1 - id), "10.0.0." + (1 - id)));
        }
        int mine = agent;
        every(2000, mine, this::contact);
        every(2000, mine, this::look);
        every(5000, mine, this::askWitness);
        every(2000, mine, this::askGateway);
        every(5000, mine, this::pull);
    }

    private void every(long interval, int mine, Runnable beat) {
        goingOn(world.random.nextInt((int) interval), mine, () -> again(interval, mine, beat));
    }

    void powerOff(long time) {
        if (!on) {
            return;
        }
        world.note(id + " loses power");
        on = false;
        engine = false;
        link = null;
        agent++;
        life++;
        pausedUntil = 0;
        frozenUntil = 0;
        int mine = life;
        if (world.mode == TwoNode.STANDBY) {
            askPerson(mine, time);
        }
        world.later(time, () -> {
            if (!on && life == mine) {
                boot();
            }
        });
    }

    /** A person sees that this box is off, and often says so at the other, while it is. */
    private void askPerson(int mine, long time) {
        world.later(world.random.nextInt((int) time + 1), () -> {
            if (!on && life == mine && !world.calm && world.random.nextInt(4) > 0) {
                other().confirm();
            }
        });
    }

    private void confirm() {
        PairLink mine = link;
        if (mine != null
                && agentRuns()
                && new TwoNodePlanner(TwoBoxes.TIMING).refusal(view(mine)).isEmpty()) {
            world.note(id + " a person says that the other is off");
            confirmed = true;
            int current = agent;
            world.later(60_000, () -> confirmed &= agent != current);
        }
    }

    void repair() {
        thaw();
        pausedUntil = Math.min(pausedUntil, world.now);
        if (!on) {
            boot();
        }
    }

    void pauseAgent(long time) {
        if (on && world.now >= pausedUntil) {
            pausedUntil = world.now + time;
            world.note(id + " agent paused for " + time / 1000 + " s");
        }
    }

    void restartAgent() {
        if (agentRuns()) {
            world.note(id + " agent restarts");
            startAgent();
        }
    }

    /** The dead man's switch, once a second in life; it needs no agent. */
    void tick() {
        Duration proof = permit;
        if (on
                && world.now >= frozenUntil
                && hold
                && proof != null
                && clock().compareTo(proof.plus(TwoBoxes.TIMING.lost()).plusSeconds(1)) > 0) {
            world.note(id + " dead man's switch");
            fence();
        }
    }

    private void fence() {
        if (world.defect == TwoBoxes.Defect.THE_FENCE_IS_SKIPPED) {
            return;
        }
        permit = null;
        world.fences++;
        if (stopping || !engine) {
            return;
        }
        stopping = true;
        stopped(life);
    }

    private void stopped(int mine) {
        world.later(world.random.nextInt((int) TwoBoxes.TIMING.fencing().toMillis() - 1000), new Runnable() {
            @Override
            public void run() {
                if (life != mine) {
                    return;
                }
                if (world.now < frozenUntil) {
                    world.later(world.sleep(frozenUntil), this);
                    return;
                }
                stopping = false;
                // A permit that came in the meantime starts it again afterwards, as the service manager does.
                engine = permit != null || !hold;
                world.note(id + " engine stopped, runs again " + engine);
            }
        });
    }

    private boolean isLinked(int to) {
        return world.up[id][to];
    }

    private void contact() {
        PairLink mine = link;
        if (mine == null || memory.role() == Role.NONE) {
            return;
        }
        Contact question = mine.message();
        Duration sent = clock();
        if (!isLinked(other().id)) {
            return;
        }
        world.later(world.delay(), () -> other().receive(question, this, mine, sent));
    }

    private void receive(Contact question, PairBox from, PairLink asker, Duration sent) {
        PairLink mine = link;
        if (!on || mine == null) {
            return;
        }
        if (world.now < pausedUntil) {
            // It waits in the socket's queue.
            world.later(world.sleep(pausedUntil), () -> receive(question, from, asker, sent));
            return;
        }
        Contact answer = mine.receive(question, clock());
        if (world.up[id][from.id]) {
            world.later(world.delay(), () -> {
                if (from.on && from.link == asker && world.now >= from.pausedUntil) {
                    asker.answered(question, answer, sent, from.clock());
                }
            });
        }
    }

    private void askGateway() {
        Duration sent = clock();
        boolean answers = world.gatewayOn && world.up[id][2] && world.up[2][id];
        boolean relays = answers
                && world.forwarding
                && other().on
                && world.now >= other().frozenUntil
                && world.up[2][other().id]
                && world.up[other().id][2];
        gateway = gateway.after(sent, answers, relays, TwoBoxes.TIMING.lost());
    }

    private void askWitness() {
        PairLink mine = link;
        if (mine == null || !world.witnessOn || !world.up[id][3]) {
            return;
        }
        TwoNodeView view = view(mine);
        if (!new TwoNodePlanner(TwoBoxes.TIMING).wantsLease(view)) {
            return;
        }
        Duration sent = clock();
        world.later(world.delay(), () -> {
            if (!world.witnessOn) {
                return;
            }
            Witness.Answer answer = world.witness.ask(
                    TwoBoxes.SWARM,
                    view.epoch(),
                    "n" + id,
                    view.role() == Role.KEEPER && view.isPermitted(TwoBoxes.TIMING.lost()),
                    Duration.ofMillis(world.now));
            if (world.up[3][id]) {
                world.later(world.delay(), () -> {
                    if (link == mine && agentRuns()) {
                        mine.witnessed(answer, sent, clock());
                    }
                });
            }
        });
    }

    private void pull() {
        PairBox keeper = other();
        if (memory.role() == Role.STANDBY
                && memory.pair()
                && memory.taking() == Taking.NO
                && keeper.agentRuns()
                && keeper.isUnfencedKeeper()
                && world.up[id][keeper.id]
                && world.up[keeper.id][id]) {
            replica = true;
            replicaEpoch = keeper.epoch;
            damaged = world.random.nextInt(500) == 0;
            failure = Failure.NONE;
            checked = clock();
        }
    }

    private TwoNodeView view(PairLink mine) {
        mine.guard(TwoNodeController.guard(hold, world.mode));
        boolean gossip = mine.peer(false).heard() != null
                && clock().minus(mine.peer(false).heard()).compareTo(Duration.ofSeconds(8)) < 0;
        return new TwoNodeView(
                clock(),
                started,
                world.mode,
                memory.role(),
                memory.pair(),
                memory.swarmId(),
                memory.epoch(),
                mine.peer(gossip),
                gateway,
                mine.lease(),
                replica ? new Replica(TwoBoxes.SWARM, replicaEpoch, checked) : Replica.NONE,
                hold,
                world.defect == TwoBoxes.Defect.AN_EXPIRED_PERMIT_IS_PROLONGED ? prolonged(mine) : permit,
                mine.suspended(),
                memory.taking(),
                engine && !stopping && swarm == TwoBoxes.Swarm.MANAGER,
                failure,
                confirmed);
    }

    private @Nullable Duration prolonged(PairLink mine) {
        Duration answer = world.mode == TwoNode.GATEWAY
                ? gateway.answered()
                : mine.lease().renewed();
        return permit != null && answer != null && answer.compareTo(permit) > 0 ? answer : permit;
    }

    private void look() {
        PairLink mine = link;
        if (mine == null || world.now < busyUntil) {
            return;
        }
        if (engine && !stopping && memory.taking() == Taking.NO) {
            place(mine);
        }
        for (TwoNodeStep step :
                new TwoNodePlanner(TwoBoxes.TIMING).plan(view(mine)).steps()) {
            act(mine, step);
        }
    }

    /** What formation, the managers and the engine would make of it. */
    private void place(PairLink mine) {
        switch (swarm) {
            case MANAGER -> {
                Duration heard = mine.peer(false).heard();
                if (heard == null || clock().minus(heard).compareTo(Duration.ofMinutes(2)) > 0) {
                    two = false;
                } else if (other().swarm == TwoBoxes.Swarm.WORKER) {
                    two = true;
                }
                mine.place(Role.KEEPER, two, TwoBoxes.SWARM, epoch);
                if (!hold && hearsHigherEpoch(mine)) {
                    leave(mine);
                }
            }
            case WORKER -> {
                boolean same = memory.role() == Role.STANDBY && memory.swarmId().equals(TwoBoxes.SWARM);
                mine.place(Role.STANDBY, same && memory.pair(), TwoBoxes.SWARM, same ? memory.epoch() : epoch);
            }
            case NONE -> {
                mine.place(Role.NONE, false, "", 0);
                PairBox keeper = other();
                if (keeper.agentRuns()
                        && keeper.isUnfencedKeeper()
                        && world.up[id][keeper.id]
                        && world.up[keeper.id][id]) {
                    swarm = TwoBoxes.Swarm.WORKER;
                    epoch = keeper.epoch;
                    keeper.two = true;
                    world.note(id + " joins");
                }
            }
        }
    }

    private boolean hearsHigherEpoch(PairLink mine) {
        TwoNodeView.Peer peer = mine.peer(false);
        return peer.keeper()
                && peer.epoch() > epoch
                && peer.heard() != null
                && clock().minus(peer.heard()).compareTo(TwoBoxes.TIMING.lost()) < 0;
    }

    private void leave(PairLink mine) {
        world.note(id + " leaves: the other has a higher epoch");
        int current = agent;
        busyUntil = world.now + 30_000;
        goingOn(world.random.nextInt(20_000), current, () -> {
            busyUntil = world.now;
            swarm = TwoBoxes.Swarm.NONE;
            mine.dropped();
        });
    }

    private void act(PairLink mine, TwoNodeStep step) {
        if (!(step instanceof TwoNodeStep.Extend)) {
            world.note(id + " " + step);
        }
        switch (step) {
            case TwoNodeStep.Arm arm -> {
                hold = true;
                permit = arm.proof();
            }
            case TwoNodeStep.Extend extend -> permit = extend.proof();
            case TwoNodeStep.Disarm ignored -> {
                hold = false;
                permit = null;
                engine = true;
            }
            case TwoNodeStep.Fence ignored -> fence();
            case TwoNodeStep.Unfence unfence -> {
                permit = unfence.proof();
                if (!stopping) {
                    engine = true;
                }
            }
            case TwoNodeStep.Drop ignored -> {
                swarm = TwoBoxes.Swarm.NONE;
                mine.dropped();
                hold = false;
                permit = null;
                engine = true;
            }
            case TwoNodeStep.Suspend suspend -> mine.suspend(suspend.wanted());
            case TwoNodeStep.Release ignored -> mine.release();
            case TwoNodeStep.TakeOver takeOver -> takeover.begin(mine, takeOver);
            case TwoNodeStep.GiveUp ignored -> takeover.giveUp(mine);
        }
    }

    private void again(long interval, int mine, Runnable beat) {
        beat.run();
        goingOn(interval, mine, () -> again(interval, mine, beat));
    }

    /** Work of this agent after a while; not when the agent or the box went, and later when it stands still. */
    void goingOn(long delay, int mine, Runnable work) {
        world.later(delay, new Runnable() {
            @Override
            public void run() {
                if (agent != mine || !on) {
                    return;
                }
                if (world.now < pausedUntil) {
                    world.later(world.sleep(pausedUntil), this);
                } else {
                    work.run();
                }
            }
        });
    }
}
