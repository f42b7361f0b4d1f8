package dev.rwo.agent.swarm.twonode;

import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Two boxes, a gateway and a witness in virtual time: real planner, real bookkeeping, invented world. A seed decides every
 * fault, delay and duration. What must never be is looked for after every event.
 */
final class TwoBoxes {

    static final TwoNodeTiming TIMING = TwoNodeTiming.DEFAULT;
    static final String SWARM = "s1";
    private static final long TICK = 500;

    /** What an engine has on its disk. */
    enum Swarm {
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

    private record Event(long at, long order, Runnable work) {}

    final TwoNode mode;
    final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    final List<PairBox> boxes = new ArrayList<>();
    /** One way each: 0-1, gateway 2, witness 3. */
    final boolean[][] up = new boolean[4][4];

    private final PairFaults faults = new PairFaults(this);
    private final Deque<String> journal = new ArrayDeque<>();
    boolean forwarding = true;
    boolean gatewayOn = true;
    boolean witnessOn = true;
    Witness witness;
    long now = 1_000_000;
    private long order;
    int takeovers;
    int fences;
    int givenUp;
    boolean calm;
    private long tick;
    private String wrong = "";
    /** Since when both agents can talk to each other; negative while they cannot. */
    long together = -1;
    /** Since when two keepers run although they can talk; negative while they do not. */
    private long meeting = -1;

    final Defect defect;

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
        boxes.add(new PairBox(this, 0, Swarm.MANAGER));
        boxes.add(new PairBox(this, 1, Swarm.WORKER));
        boxes.forEach(PairBox::boot);
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

    void note(String text) {
        journal.add(now / 1000.0 - 1000 + " s: " + text);
        if (journal.size() > 400) {
            journal.removeFirst();
        }
    }

    void later(long delay, Runnable work) {
        events.add(new Event(now + delay, order++, work));
    }

    /** Runs for so long; answers what went wrong, empty for nothing. */
    String run(Duration time, boolean faulty) {
        calm = !faulty;
        if (calm) {
            faults.repair();
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
                if (faulty && random.nextInt(24) == 0) {
                    faults.one();
                }
                boxes.forEach(PairBox::tick);
            }
            look();
        }
        return wrong;
    }

    /** After every event. */
    private void look() {
        boolean talking = boxes.stream().allMatch(PairBox::agentRuns) && up[0][1] && up[1][0];
        together = !talking ? -1 : together < 0 ? now : together;
        boolean two = boxes.stream().allMatch(PairBox::isUnfencedKeeper);
        if (mode == TwoNode.STANDBY) {
            meeting = !two || !talking ? -1 : meeting < 0 ? now : meeting;
            if (meeting >= 0 && now - meeting > MEETING) {
                fail("two keepers run, and talk to each other since " + MEETING / 1000 + " s");
            }
        } else if (two && boxes.stream().noneMatch(box -> now - box.thawed <= THAWING)) {
            fail("two unfenced keepers");
        }
    }

    void fail(String what) {
        if (wrong.isEmpty()) {
            wrong = what + " at " + (now / 1000.0 - 1000) + " s";
            note("WRONG: " + what);
        }
    }

    /** What is wrong after the faults stopped; empty for nothing. */
    String settled() {
        long keepers = boxes.stream().filter(PairBox::isUnfencedKeeper).count();
        long workers = boxes.stream()
                .filter(box -> box.engine && box.swarm == Swarm.WORKER)
                .count();
        return keepers == 1 && workers == 1 ? "" : keepers + " keepers and " + workers + " workers run";
    }

    /** It may be woken earlier, by a repair. */
    long sleep(long until) {
        return Math.min(until - now, TICK);
    }

    /** Mostly quick, sometimes as slow as a retransmission. */
    long delay() {
        return random.nextInt(20) == 0 ? random.nextInt(6000) : random.nextInt(50);
    }
}
