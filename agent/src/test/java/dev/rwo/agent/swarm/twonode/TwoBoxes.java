package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.swarm.twonode.TwoNodeView.Failure;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Gateway;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Replica;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Two boxes, a gateway and a witness in virtual time: real planner, real bookkeeping, invented world. A seed decides every
 * fault, delay and duration. What must never be is looked for after every event.
 */
final class TwoBoxes {

    private static final TwoNodeTiming TIMING = TwoNodeTiming.DEFAULT;
    private static final String SWARM = "s1";
    private static final long TICK = 500;

    /** What an engine has on its disk. */
    private enum Swarm {
        NONE,
        WORKER,
        MANAGER
    }

    /** A defect put in on purpose: to see that it is found. */
    enum Defect {
        NONE,
        /** Neither agent nor dead man's switch stops the engine. */
        THE_FENCE_IS_SKIPPED,
        /** A new answer of the tie-break prolongs a permit that ran out. */
        AN_EXPIRED_PERMIT_IS_PROLONGED,
        /** A takeover goes on although the keeper is back. */
        THE_KEEPERS_RETURN_IS_NOT_HEARD,
        /** A takeover is given up before the engine has left the keeper's identity. */
        THE_OTHER_IS_TOLD_BEFORE_THE_ENGINE_STOPS
    }

    /** What the documents promise of a machine that was frozen and goes on: a look of the switch, then the fence. */
    private static final long THAWING = TIMING.fencing().toMillis() + TICK;

    /**
     * With nothing but a person's word two engines may meet; each hears the other within seconds, then one of them ends:
     * what is under way, the wait for the engine, and stopping it.
     */
    private static final long MEETING = 60_000;

    /** Two contacts, slow ones. */
    private static final long HEARING = 15_000;

    private record Event(long at, long order, Runnable work) {}

    private final TwoNode mode;
    private final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final List<Box> boxes = new ArrayList<>();
    /** One way each: 0-1, gateway 2, witness 3. */
    private final boolean[][] up = new boolean[4][4];

    private final Deque<String> journal = new ArrayDeque<>();
    private boolean forwarding = true;
    private boolean gatewayOn = true;
    private boolean witnessOn = true;
    private Witness witness;
    private long now = 1_000_000;
    private long order;
    private int takeovers;
    private int fences;
    private int givenUp;
    private boolean calm;
    private long tick;
    private String wrong = "";
    /** Since when both agents can talk to each other; negative while they cannot. */
    private long together = -1;
    /** Since when two keepers run although they can talk; negative while they do not. */
    private long meeting = -1;

    private final Defect defect;

    TwoBoxes(TwoNode mode, long seed) {
        this(mode, seed, Defect.NONE);
    }

    TwoBoxes(TwoNode mode, long seed, Defect defect) {
        this.mode = mode;
        this.defect = defect;
        this.random = new Random(seed);
        for (boolean[] row : up) {
            java.util.Arrays.fill(row, true);
        }
        witness = new Witness(TIMING, Duration.ofMillis(now));
        boxes.add(new Box(0, Swarm.MANAGER));
        boxes.add(new Box(1, Swarm.WORKER));
        boxes.forEach(Box::boot);
    }

    int takeovers() {
        return takeovers;
    }

    int fences() {
        return fences;
    }

    int givenUp() {
        return givenUp;
    }

    String journal() {
        return String.join("\n", journal);
    }

    private void note(String text) {
        journal.add(now / 1000.0 - 1000 + " s: " + text);
        if (journal.size() > 400) {
            journal.removeFirst();
        }
    }

    private void later(long delay, Runnable work) {
        events.add(new Event(now + delay, order++, work));
    }

    /** Runs for so long; answers what went wrong, empty for nothing. */
    String run(Duration time, boolean faults) {
        calm = !faults;
        if (calm) {
            repair();
        }
        long end = now + time.toMillis();
        tick = now;
        while (now < end && wrong.isEmpty()) {
            Event next = events.peek();
            if (next != null && next.at() <= tick) {
                events.remove();
                now = Math.max(now, next.at());
                next.work().run();
            } else {
                now = tick;
                tick += TICK;
                if (faults && random.nextInt(24) == 0) {
                    fault();
                }
                boxes.forEach(Box::tick);
            }
            look();
        }
        return wrong;
    }

    /** After every event. */
    private void look() {
        boolean talking = boxes.stream().allMatch(Box::agentRuns) && up[0][1] && up[1][0];
        together = !talking ? -1 : together < 0 ? now : together;
        boolean two = boxes.stream().allMatch(Box::isUnfencedKeeper);
        if (mode == TwoNode.STANDBY) {
            meeting = !two || !talking ? -1 : meeting < 0 ? now : meeting;
            if (meeting >= 0 && now - meeting > MEETING) {
                fail("two keepers run, and talk to each other since " + MEETING / 1000 + " s");
            }
        } else if (two && boxes.stream().noneMatch(box -> now - box.thawed <= THAWING)) {
            fail("two unfenced keepers");
        }
    }

    private void fail(String what) {
        if (wrong.isEmpty()) {
            wrong = what + " at " + (now / 1000.0 - 1000) + " s";
            note("WRONG: " + what);
        }
    }

    /** What is wrong after the faults stopped; empty for nothing. */
    String settled() {
        long keepers = boxes.stream().filter(Box::isUnfencedKeeper).count();
        long workers = boxes.stream()
                .filter(box -> box.engine && box.swarm == Swarm.WORKER)
                .count();
        return keepers == 1 && workers == 1 ? "" : keepers + " keepers and " + workers + " workers run";
    }

    private void repair() {
        for (boolean[] row : up) {
            java.util.Arrays.fill(row, true);
        }
        forwarding = true;
        gatewayOn = true;
        witnessOn = true;
        boxes.forEach(Box::repair);
        note("all repaired");
    }

    private void fault() {
        int from = random.nextInt(4);
        int to = random.nextInt(4);
        Box box = boxes.get(random.nextInt(2));
        switch (random.nextInt(16)) {
            case 0, 1 -> {
                up[0][1] = up[1][0] = random.nextBoolean();
                note("between the boxes " + up[0][1]);
            }
            case 2, 3 -> {
                up[box.id][2] = up[2][box.id] = random.nextBoolean();
                note("gateway of " + box.id + " " + up[box.id][2]);
            }
            case 4 -> {
                up[box.id][3] = up[3][box.id] = random.nextBoolean();
                note("witness of " + box.id + " " + up[box.id][3]);
            }
            case 5 -> {
                up[from][to] = !up[from][to];
                note("one way " + from + " to " + to + " " + up[from][to]);
            }
            case 6, 7 -> {
                boolean plugged = random.nextBoolean();
                for (int other = 0; other < 4; other++) {
                    up[box.id][other] = up[other][box.id] = plugged;
                }
                note("cable of " + box.id + " " + plugged);
            }
            case 8 -> {
                gatewayOn = random.nextBoolean();
                note("gateway on " + gatewayOn);
            }
            case 9 -> {
                witnessOn = random.nextBoolean();
                if (witnessOn) {
                    witness = new Witness(TIMING, Duration.ofMillis(now));
                }
                note("witness (re)started " + witnessOn);
            }
            case 10 -> box.powerOff(random.nextInt(120_000));
            case 11 -> box.pauseAgent(random.nextInt(90_000));
            case 12 -> box.restartAgent();
            case 13 -> repair();
            case 14 -> box.freeze(random.nextInt(150_000));
            case 15 -> {
                if (mode == TwoNode.STANDBY) {
                    box.other().powerOff(20_000 + random.nextInt(120_000));
                }
            }
            default -> throw new IllegalStateException();
        }
    }

    /** It may be woken earlier, by a repair. */
    private long sleep(long until) {
        return Math.min(until - now, TICK);
    }

    /** Mostly quick, sometimes as slow as a retransmission. */
    private long delay() {
        return random.nextInt(20) == 0 ? random.nextInt(6000) : random.nextInt(50);
    }

    /** One box: what of it survives what. */
    private final class Box {
        private final int id;
        private final double rate = 1 + (random.nextDouble() - 0.5) / 5000;
        private final long offset = random.nextInt(1_000_000);

        // On the disk.
        private Swarm swarm;
        private long epoch;
        private boolean hold;
        private PairMemory memory = PairMemory.NOTHING;
        private boolean replica;
        private long replicaEpoch;
        private boolean damaged;
        /** Whether this box's own swarm lies beside the replica that is in its place. */
        private boolean aside;

        private long ownEpoch;

        // Until the power fails.
        private boolean on;
        private boolean engine;
        private @Nullable Duration permit;
        private boolean two;
        private int life;

        // Of the agent.
        private @Nullable PairLink link;
        private long pausedUntil;
        private long busyUntil;
        private int agent;
        private Duration started = Duration.ZERO;
        private Gateway gateway = Gateway.UNKNOWN;
        private @Nullable Duration checked;
        private boolean stopping;
        private boolean confirmed;
        private Failure failure = Failure.NONE;

        private long frozenUntil;
        private long thawed = -1_000_000;

        Box(int id, Swarm swarm) {
            this.id = id;
            this.swarm = swarm;
            this.two = true;
        }

        private Box other() {
            return boxes.get(1 - id);
        }

        private Duration clock() {
            return Duration.ofMillis((long) (now * rate) + offset);
        }

        /** Whether an engine with the keeper's identity writes here just now. */
        private boolean isUnfencedKeeper() {
            return on && engine && swarm == Swarm.MANAGER && now >= frozenUntil;
        }

        private boolean agentRuns() {
            return on && link != null && now >= pausedUntil;
        }

        /** Everything stands still, the dead man's switch, too; the clock goes on. */
        private void freeze(long time) {
            if (!on || now < frozenUntil) {
                return;
            }
            note(id + " frozen for " + time / 1000 + " s");
            frozenUntil = now + time;
            pausedUntil = Math.max(pausedUntil, frozenUntil);
            int mine = life;
            later(time, () -> {
                if (life == mine) {
                    thaw();
                }
            });
        }

        private void thaw() {
            if (frozenUntil > 0) {
                note(id + " goes on");
                frozenUntil = 0;
                thawed = now;
            }
        }

        private void boot() {
            on = true;
            life++;
            permit = null;
            engine = !hold;
            stopping = false;
            frozenUntil = 0;
            startAgent();
            note(id + " boots, held " + hold + ", " + swarm);
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
                    TIMING,
                    memory,
                    TwoNodeController.guard(hold, mode),
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
            goingOn(random.nextInt((int) interval), mine, () -> again(interval, mine, beat));
        }

        private void powerOff(long time) {
            if (!on) {
                return;
            }
            note(id + " loses power");
            on = false;
            engine = false;
            link = null;
            agent++;
            life++;
            pausedUntil = 0;
            frozenUntil = 0;
            int mine = life;
            if (mode == TwoNode.STANDBY) {
                askPerson(mine, time);
            }
            later(time, () -> {
                if (!on && life == mine) {
                    boot();
                }
            });
        }

        /** A person sees that this box is off, and often says so at the other, while it is. */
        private void askPerson(int mine, long time) {
            later(random.nextInt((int) time + 1), () -> {
                if (!on && life == mine && !calm && random.nextInt(4) > 0) {
                    other().confirm();
                }
            });
        }

        private void confirm() {
            PairLink mine = link;
            if (mine != null
                    && agentRuns()
                    && new TwoNodePlanner(TIMING).refusal(view(mine)).isEmpty()) {
                note(id + " a person says that the other is off");
                confirmed = true;
                int current = agent;
                later(60_000, () -> confirmed &= agent != current);
            }
        }

        private void repair() {
            thaw();
            pausedUntil = Math.min(pausedUntil, now);
            if (!on) {
                boot();
            }
        }

        private void pauseAgent(long time) {
            if (on && now >= pausedUntil) {
                pausedUntil = now + time;
                note(id + " agent paused for " + time / 1000 + " s");
            }
        }

        private void restartAgent() {
            if (agentRuns()) {
                note(id + " agent restarts");
                startAgent();
            }
        }

        /** The dead man's switch, once a second in life; it needs no agent. */
        private void tick() {
            Duration proof = permit;
            if (on
                    && now >= frozenUntil
                    && hold
                    && proof != null
                    && clock().compareTo(proof.plus(TIMING.lost()).plusSeconds(1)) > 0) {
                note(id + " dead man's switch");
                fence();
            }
        }

        private void fence() {
            if (defect == Defect.THE_FENCE_IS_SKIPPED) {
                return;
            }
            permit = null;
            fences++;
            if (stopping || !engine) {
                return;
            }
            stopping = true;
            stopped(life);
        }

        private void stopped(int mine) {
            later(random.nextInt((int) TIMING.fencing().toMillis() - 1000), new Runnable() {
                @Override
                public void run() {
                    if (life != mine) {
                        return;
                    }
                    if (now < frozenUntil) {
                        later(sleep(frozenUntil), this);
                        return;
                    }
                    stopping = false;
                    // A permit that came in the meantime starts it again afterwards, as the service manager does.
                    engine = permit != null || !hold;
                    note(id + " engine stopped, runs again " + engine);
                }
            });
        }

        private boolean isLinked(int to) {
            return up[id][to];
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
            later(delay(), () -> other().receive(question, this, mine, sent));
        }

        private void receive(Contact question, Box from, PairLink asker, Duration sent) {
            PairLink mine = link;
            if (!on || mine == null) {
                return;
            }
            if (now < pausedUntil) {
                // It waits in the socket's queue.
                later(sleep(pausedUntil), () -> receive(question, from, asker, sent));
                return;
            }
            Contact answer = mine.receive(question, clock());
            if (up[id][from.id]) {
                later(delay(), () -> {
                    if (from.on && from.link == asker && now >= from.pausedUntil) {
                        asker.answered(question, answer, sent, from.clock());
                    }
                });
            }
        }

        private void askGateway() {
            Duration sent = clock();
            boolean answers = gatewayOn && up[id][2] && up[2][id];
            boolean relays = answers
                    && forwarding
                    && other().on
                    && now >= other().frozenUntil
                    && up[2][other().id]
                    && up[other().id][2];
            gateway = gateway.after(sent, answers, relays, TIMING.lost());
        }

        private void askWitness() {
            PairLink mine = link;
            if (mine == null || !witnessOn || !up[id][3]) {
                return;
            }
            TwoNodeView view = view(mine);
            if (!new TwoNodePlanner(TIMING).wantsLease(view)) {
                return;
            }
            Duration sent = clock();
            later(delay(), () -> {
                if (!witnessOn) {
                    return;
                }
                Witness.Answer answer = witness.ask(
                        SWARM,
                        view.epoch(),
                        "n" + id,
                        view.role() == Role.KEEPER && view.isPermitted(TIMING.lost()),
                        Duration.ofMillis(now));
                if (up[3][id]) {
                    later(delay(), () -> {
                        if (link == mine && agentRuns()) {
                            mine.witnessed(answer, sent, clock());
                        }
                    });
                }
            });
        }

        private void pull() {
            Box keeper = other();
            if (memory.role() == Role.STANDBY
                    && memory.pair()
                    && memory.taking() == Taking.NO
                    && keeper.agentRuns()
                    && keeper.isUnfencedKeeper()
                    && up[id][keeper.id]
                    && up[keeper.id][id]) {
                replica = true;
                replicaEpoch = keeper.epoch;
                damaged = random.nextInt(500) == 0;
                failure = Failure.NONE;
                checked = clock();
            }
        }

        private TwoNodeView view(PairLink mine) {
            mine.guard(TwoNodeController.guard(hold, mode));
            boolean gossip = mine.peer(false).heard() != null
                    && clock().minus(mine.peer(false).heard()).compareTo(Duration.ofSeconds(8)) < 0;
            return new TwoNodeView(
                    clock(),
                    started,
                    mode,
                    memory.role(),
                    memory.pair(),
                    memory.swarmId(),
                    memory.epoch(),
                    mine.peer(gossip),
                    gateway,
                    mine.lease(),
                    replica ? new Replica(SWARM, replicaEpoch, checked) : Replica.NONE,
                    hold,
                    defect == Defect.AN_EXPIRED_PERMIT_IS_PROLONGED ? prolonged(mine) : permit,
                    mine.suspended(),
                    memory.taking(),
                    engine && !stopping && swarm == Swarm.MANAGER,
                    failure,
                    confirmed);
        }

        private @Nullable Duration prolonged(PairLink mine) {
            Duration answer =
                    mode == TwoNode.GATEWAY ? gateway.answered() : mine.lease().renewed();
            return permit != null && answer != null && answer.compareTo(permit) > 0 ? answer : permit;
        }

        private void look() {
            PairLink mine = link;
            if (mine == null || now < busyUntil) {
                return;
            }
            if (engine && !stopping && memory.taking() == Taking.NO) {
                place(mine);
            }
            for (TwoNodeStep step : new TwoNodePlanner(TIMING).plan(view(mine)).steps()) {
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
                    } else if (other().swarm == Swarm.WORKER) {
                        two = true;
                    }
                    mine.place(Role.KEEPER, two, SWARM, epoch);
                    if (!hold && hearsHigherEpoch(mine)) {
                        leave(mine);
                    }
                }
                case WORKER -> {
                    boolean same =
                            memory.role() == Role.STANDBY && memory.swarmId().equals(SWARM);
                    mine.place(Role.STANDBY, same && memory.pair(), SWARM, same ? memory.epoch() : epoch);
                }
                case NONE -> {
                    mine.place(Role.NONE, false, "", 0);
                    Box keeper = other();
                    if (keeper.agentRuns() && keeper.isUnfencedKeeper() && up[id][keeper.id] && up[keeper.id][id]) {
                        swarm = Swarm.WORKER;
                        epoch = keeper.epoch;
                        keeper.two = true;
                        note(id + " joins");
                    }
                }
            }
        }

        private boolean hearsHigherEpoch(PairLink mine) {
            TwoNodeView.Peer peer = mine.peer(false);
            return peer.keeper()
                    && peer.epoch() > epoch
                    && peer.heard() != null
                    && clock().minus(peer.heard()).compareTo(TIMING.lost()) < 0;
        }

        private void leave(PairLink mine) {
            note(id + " leaves: the other has a higher epoch");
            int current = agent;
            busyUntil = now + 30_000;
            goingOn(random.nextInt(20_000), current, () -> {
                busyUntil = now;
                swarm = Swarm.NONE;
                mine.dropped();
            });
        }

        private void act(PairLink mine, TwoNodeStep step) {
            if (!(step instanceof TwoNodeStep.Extend)) {
                note(id + " " + step);
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
                    swarm = Swarm.NONE;
                    mine.dropped();
                    hold = false;
                    permit = null;
                    engine = true;
                }
                case TwoNodeStep.Suspend suspend -> mine.suspend(suspend.wanted());
                case TwoNodeStep.Release ignored -> mine.release();
                case TwoNodeStep.TakeOver takeOver -> takeOver(mine, takeOver);
                case TwoNodeStep.GiveUp ignored -> giveUp(mine);
            }
        }

        private void again(long interval, int mine, Runnable beat) {
            beat.run();
            goingOn(interval, mine, () -> again(interval, mine, beat));
        }

        /** Work of this agent after a while; not when the agent or the box went, and later when it stands still. */
        private void goingOn(long delay, int mine, Runnable work) {
            later(delay, new Runnable() {
                @Override
                public void run() {
                    if (agent != mine || !on) {
                        return;
                    }
                    if (now < pausedUntil) {
                        later(sleep(pausedUntil), this);
                    } else {
                        work.run();
                    }
                }
            });
        }

        private boolean fails() {
            return !calm && random.nextInt(12) == 0;
        }

        private void takeOver(PairLink mine, TwoNodeStep.TakeOver step) {
            confirmed = false;
            if (memory.taking() == Taking.NO && damaged) {
                note(id + " the replica is damaged");
                replica = false;
                failure = new Failure(clock(), "damaged");
                return;
            }
            Duration silent = step.automatic() ? TIMING.takeover() : TIMING.lost();
            if (!mine.beginTakeover(silent, clock())) {
                note(id + " heard the other again");
                return;
            }
            busyUntil = Long.MAX_VALUE;
            if (hold) {
                permit = clock().plus(Duration.ofMinutes(9));
            }
            if (engine && swarm == Swarm.MANAGER) {
                goingOn(1000, agent, () -> lead(mine, step));
            } else if (memory.taking() == Taking.RAISED) {
                if (mine.isPeerUnguarded(mode == TwoNode.STANDBY ? "" : mode.name())) {
                    permit = null;
                    failed(mine, "the other runs");
                } else {
                    hold = true;
                    permit = clock().plus(Duration.ofMinutes(9));
                    goingOn(random.nextInt(30_000), agent, () -> start(mine, step));
                }
            } else {
                stop(mine, step);
            }
        }

        private boolean advances(PairLink mine, Taking stage) {
            if (mine.advance(stage)) {
                return true;
            }
            if (defect == Defect.THE_KEEPERS_RETURN_IS_NOT_HEARD) {
                mine.remember(memory.withTaking(stage));
                return true;
            }
            return false;
        }

        private void stop(PairLink mine, TwoNodeStep.TakeOver step) {
            if (!advances(mine, memory.taking())) {
                failed(mine, "the other is back");
                return;
            }
            goingOn(random.nextInt(20_000), agent, () -> {
                if (fails()) {
                    failed(mine, "the engine does not stop");
                    return;
                }
                engine = false;
                hold = true;
                permit = clock().plus(Duration.ofMinutes(9));
                place(mine, step);
            });
        }

        private void place(PairLink mine, TwoNodeStep.TakeOver step) {
            if (!advances(mine, Taking.PLACED)) {
                failed(mine, "the other is back");
                return;
            }
            if (fails()) {
                failed(mine, "the replica cannot be put in place");
                return;
            }
            if (!aside) {
                aside = true;
                ownEpoch = epoch;
            }
            swarm = Swarm.MANAGER;
            epoch = replicaEpoch;
            if (!advances(mine, Taking.PLACED)) {
                failed(mine, "the other is back");
                return;
            }
            goingOn(random.nextInt(30_000), agent, () -> start(mine, step));
        }

        private void start(PairLink mine, TwoNodeStep.TakeOver step) {
            if (fails()) {
                failed(mine, "the engine does not start");
                return;
            }
            if (mode == TwoNode.STANDBY && canHearKeeper(HEARING + 30_000)) {
                fail("the engine is started beside that of the other, which can be heard");
            }
            engine = true;
            goingOn(500 + random.nextInt(10_000), agent, () -> lead(mine, step));
        }

        /** Whether the other runs as the keeper, and both could talk for longer than this, in milliseconds. */
        private boolean canHearKeeper(long since) {
            return other().isUnfencedKeeper() && together >= 0 && now - together > since;
        }

        private void lead(PairLink mine, TwoNodeStep.TakeOver step) {
            if (epoch != step.epoch()) {
                if (!advances(mine, Taking.PLACED) || fails()) {
                    failed(mine, "the engine does not lead, or the other is back");
                    return;
                }
                boolean raised = memory.taking() == Taking.RAISED;
                if (!advances(mine, Taking.RAISED)) {
                    failed(mine, "the other is back");
                    return;
                }
                if (!raised && mode == TwoNode.STANDBY && canHearKeeper(HEARING)) {
                    fail("the epoch is raised although the other, which can be heard, is the keeper");
                }
                if (fails()) {
                    failed(mine, "the epoch cannot be written");
                    return;
                }
                epoch = step.epoch();
            }
            goingOn(random.nextInt(3000), agent, () -> finish(mine, step));
        }

        private void finish(PairLink mine, TwoNodeStep.TakeOver step) {
            if (fails()) {
                failed(mine, "the old entry cannot be removed");
                return;
            }
            aside = false;
            two = false;
            boolean guarded = mode != TwoNode.STANDBY;
            mine.tookOver(step.epoch(), guarded);
            hold = guarded;
            permit = guarded ? clock() : null;
            replica = false;
            failure = Failure.NONE;
            busyUntil = now;
            takeovers++;
            note(id + " took over, epoch " + epoch);
        }

        private void failed(PairLink mine, String reason) {
            note(id + " the takeover failed: " + reason);
            failure = new Failure(clock(), reason);
            if (memory.taking().canBeGivenUp()) {
                giveUp(mine);
            } else {
                busyUntil = now + 2000;
            }
        }

        private void giveUp(PairLink mine) {
            givenUp++;
            busyUntil = Long.MAX_VALUE;
            if (memory.taking() == Taking.BEGUN) {
                givenUp(mine);
                return;
            }
            mine.remember(memory.withTaking(Taking.PLACED));
            if (defect == Defect.THE_OTHER_IS_TOLD_BEFORE_THE_ENGINE_STOPS) {
                mine.giveUp();
            }
            goingOn(engine ? random.nextInt(20_000) : 0, agent, () -> {
                if (fails()) {
                    note(id + " giving up failed, too");
                    busyUntil = now + 2000;
                    return;
                }
                engine = false;
                if (aside) {
                    aside = false;
                    swarm = Swarm.WORKER;
                    epoch = ownEpoch;
                }
                givenUp(mine);
            });
        }

        private void givenUp(PairLink mine) {
            mine.giveUp();
            hold &= mode != TwoNode.STANDBY;
            permit = hold ? clock() : null;
            engine = true;
            busyUntil = now;
            note(id + " gave the takeover up");
        }
    }
}
