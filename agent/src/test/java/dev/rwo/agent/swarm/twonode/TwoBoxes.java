package dev.rwo.agent.swarm.twonode;

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
 * fault, delay and duration.
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
    private boolean calm;

    TwoBoxes(TwoNode mode, long seed) {
        this.mode = mode;
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
        while (now < end) {
            now += TICK;
            while (!events.isEmpty() && events.element().at() <= now) {
                events.remove().work().run();
            }
            if (faults && random.nextInt(24) == 0) {
                fault();
            }
            boxes.forEach(Box::tick);
            long keepers = boxes.stream().filter(Box::isUnfencedKeeper).count();
            if (keepers > 1) {
                return "two unfenced keepers at " + (now / 1000.0 - 1000) + " s";
            }
        }
        return "";
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
        switch (random.nextInt(14)) {
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
            default -> throw new IllegalStateException();
        }
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

        private boolean isUnfencedKeeper() {
            return on && engine && swarm == Swarm.MANAGER;
        }

        private boolean agentRuns() {
            return on && link != null && now >= pausedUntil;
        }

        private void boot() {
            on = true;
            life++;
            permit = null;
            engine = !hold;
            stopping = false;
            startAgent();
            note(id + " boots, held " + hold + ", " + swarm);
        }

        private void startAgent() {
            agent++;
            busyUntil = 0;
            started = clock();
            gateway = Gateway.UNKNOWN;
            checked = null;
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
            later(random.nextInt((int) interval), new Runnable() {
                @Override
                public void run() {
                    if (agent != mine || !on) {
                        return;
                    }
                    if (now < pausedUntil) {
                        later(pausedUntil - now, this);
                        return;
                    }
                    beat.run();
                    later(interval, this);
                }
            });
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
            int mine = life;
            later(time, () -> {
                if (!on && life == mine) {
                    boot();
                }
            });
        }

        private void repair() {
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
                    && hold
                    && proof != null
                    && clock().compareTo(proof.plus(TIMING.lost()).plusSeconds(1)) > 0) {
                note(id + " dead man's switch");
                fence();
            }
        }

        private void fence() {
            permit = null;
            fences++;
            if (stopping || !engine) {
                return;
            }
            stopping = true;
            int mine = life;
            later(random.nextInt((int) TIMING.fencing().toMillis() - 1000), () -> {
                if (life == mine) {
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
                later(pausedUntil - now, () -> receive(question, from, asker, sent));
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
            boolean relays = answers && forwarding && other().on && up[2][other().id] && up[other().id][2];
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
                        view.role() == Role.KEEPER && !view.fenced(),
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
                    && !memory.taking()
                    && keeper.agentRuns()
                    && keeper.isUnfencedKeeper()
                    && up[id][keeper.id]
                    && up[keeper.id][id]) {
                replica = true;
                replicaEpoch = keeper.epoch;
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
                    permit,
                    mine.suspended(),
                    memory.taking(),
                    false);
        }

        private void look() {
            PairLink mine = link;
            if (mine == null || now < busyUntil) {
                return;
            }
            if (engine && !stopping && !memory.taking()) {
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
            }
        }

        private void takeOver(PairLink mine, TwoNodeStep.TakeOver step) {
            Duration silent = step.automatic() ? TIMING.takeover() : TIMING.lost();
            if (!mine.beginTakeover(silent, clock())) {
                note(id + " heard the other again");
                return;
            }
            permit = clock().plus(Duration.ofMinutes(3));
            engine = false;
            long takes = 3000L + random.nextInt(40_000);
            busyUntil = now + takes;
            int current = agent;
            int mineLife = life;
            later(takes, () -> {
                if (agent == current && life == mineLife && on) {
                    swarm = Swarm.MANAGER;
                    epoch = step.epoch();
                    two = false;
                    engine = true;
                    mine.tookOver(step.epoch(), hold);
                    permit = clock();
                    replica = false;
                    takeovers++;
                    note(id + " took over, epoch " + epoch);
                }
            });
        }
    }
}
