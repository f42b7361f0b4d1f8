package dev.rwo.ci.lab.net;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

/**
 * A learning Ethernet switch with a rule for each directed pair of ports.
 *
 * <p>It has no thread of its own but one for late frames: whoever brings a frame carries it to its target, so nothing
 * queues and nothing is copied unless it is delayed.
 */
public final class EthernetSwitch implements AutoCloseable {

    /** More addresses than a hundred boxes with their containers have; a storm of made-up ones must not fill memory. */
    private static final int MOST_ADDRESSES = 4096;

    private static final int HEADER = 14;

    private final int ports;
    private final AtomicReferenceArray<FrameSink> sinks;
    private final AtomicReferenceArray<LinkRule> rules;
    private final SplittableRandom[] chance;
    private final Map<Long, Integer> learned = new ConcurrentHashMap<>();
    private final DelayLine late;
    private final LongAdder forwarded = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder lost = new LongAdder();

    /**
     * A switch with nothing plugged in.
     *
     * @param seed decides which frames are lost, so that a test can be repeated
     */
    public EthernetSwitch(int ports, long seed) {
        this.ports = ports;
        this.sinks = new AtomicReferenceArray<>(ports);
        this.rules = new AtomicReferenceArray<>(ports * ports);
        this.chance = new SplittableRandom[ports];
        SplittableRandom root = new SplittableRandom(seed);
        for (int port = 0; port < ports; port++) {
            chance[port] = root.split();
        }
        for (int pair = 0; pair < ports * ports; pair++) {
            rules.set(pair, LinkRule.PERFECT);
        }
        this.late = new DelayLine(this::deliver);
    }

    /** How many ports there are. */
    public int ports() {
        return ports;
    }

    /** Plugs a cable in. */
    public void plug(int port, FrameSink sink) {
        sinks.set(port, sink);
    }

    /** Pulls a cable out and forgets the addresses behind it. */
    public void unplug(int port) {
        sinks.set(port, null);
        learned.values().removeIf(known -> known == port);
    }

    /** The rule from one port to another. */
    public LinkRule rule(int from, int to) {
        return rules.get(from * ports + to);
    }

    /** Changes the rule from one port to another; the way back stays. */
    public void change(int from, int to, UnaryOperator<LinkRule> change) {
        rules.updateAndGet(from * ports + to, change);
    }

    /** Changes the rules between all ports. */
    public void changeAll(UnaryOperator<LinkRule> change) {
        for (int pair = 0; pair < ports * ports; pair++) {
            rules.updateAndGet(pair, change);
        }
    }

    /**
     * Takes a frame from the cable at a port. One thread at a time for each port.
     *
     * @param frame from position 0 to its limit; belongs to the caller again when this returns
     */
    public void receive(int from, ByteBuffer frame) {
        if (frame.limit() < HEADER) {
            return;
        }
        long target = address(frame, 0);
        long source = address(frame, 6);
        if (!isGroup(source)) {
            learn(source, from);
        }
        Integer known = isGroup(target) ? null : learned.get(target);
        if (known != null) {
            if (known != from) {
                pass(from, known, frame);
            }
            return;
        }
        for (int to = 0; to < ports; to++) {
            if (to != from && sinks.get(to) != null) {
                pass(from, to, frame);
            }
        }
    }

    private void learn(long source, int from) {
        Integer before = learned.get(source);
        if (before == null ? learned.size() < MOST_ADDRESSES : before != from) {
            learned.put(source, from);
        }
    }

    private static long address(ByteBuffer frame, int offset) {
        return (frame.getInt(offset) & 0xFFFF_FFFFL) << 16 | (frame.getShort(offset + 4) & 0xFFFFL);
    }

    /** Broadcast or multicast: the lowest bit of the first byte (IEEE 802.3, 3.2.3). */
    private static boolean isGroup(long address) {
        return (address >>> 40 & 1) == 1;
    }

    private void pass(int from, int to, ByteBuffer frame) {
        LinkRule rule = rule(from, to);
        if (rule.cut() || (rule.loss() > 0 && chance[from].nextDouble() < rule.loss())) {
            lost.increment();
        } else if (rule.delay().isZero()) {
            deliver(to, frame);
        } else if (!late.add(to, frame, rule.delay())) {
            lost.increment();
        }
    }

    private void deliver(int to, ByteBuffer frame) {
        FrameSink sink = sinks.get(to);
        if (sink != null) {
            forwarded.increment();
            bytes.add(frame.limit());
            sink.send(frame);
        }
    }

    /**
     * What it did so far.
     *
     * @param frames delivered, each copy of a flooded one
     * @param bytes in them
     * @param lost by rule, or because too many were late at once
     */
    public record Figures(long frames, long bytes, long lost) {}

    /** What it did so far. */
    public Figures figures() {
        return new Figures(forwarded.sum(), bytes.sum(), lost.sum());
    }

    @Override
    public void close() {
        for (int port = 0; port < ports; port++) {
            unplug(port);
        }
        late.close();
    }
}
