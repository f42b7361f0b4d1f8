package dev.rwo.ci.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What goes wrong, and when: chosen by the seed, all over at {@link #last}. */
final class Faults {

    private static final long YEAR = 31_536_000_000L;
    /** By then the managers of a new site have been promoted. */
    private static final long WATCHED = 150_000;

    private static final List<String> KEYS = List.of("site.till", "site.shelf", "com.shop.zone");

    private final World world;
    private final SplittableRandom random;
    private final boolean partitions;
    private long last;

    Faults(World world, boolean partitions) {
        this.world = world;
        this.random = world.random.split();
        this.partitions = partitions;
    }

    /** When everything is well again. */
    long last() {
        return last;
    }

    /** Power for all, within a second or within minutes, and then trouble. */
    void schedule() {
        if (random.nextBoolean()) {
            world.multicastLoss = random.nextDouble() * 0.97;
        }
        if (random.nextBoolean()) {
            // Engines that are ready just when another box is about to found.
            world.engineStart = 20_000;
        }
        boolean together = random.nextInt(3) > 0;
        int spread = together ? 1 + random.nextInt(2000) : 1 + random.nextInt(90_000);
        for (Box box : world.boxes) {
            long at = random.nextInt(spread);
            last = Math.max(last, at);
            world.time.in(at, box::powerOn);
        }
        world.time.in(random.nextInt(120_000), () -> world.workWanted = true);
        int troubles = random.nextInt(6);
        for (int i = 0; i < troubles; i++) {
            // Most of it while the swarm is born.
            long at = random.nextInt(3) == 0 ? random.nextInt(240_000) : 5_000 + random.nextInt(25_000);
            trouble(at, 200 + (random.nextBoolean() ? random.nextInt(8_000) : random.nextInt(90_000)));
        }
        hardware();
        if (random.nextBoolean()) {
            operator();
        }
        if (random.nextInt(4) == 0) {
            atPromotion();
        }
        world.time.in(last, () -> {
            world.net.mendAll();
            world.trace("world", "no more faults");
        });
    }

    private void operator() {
        int acts = 2 + random.nextInt(4);
        for (int i = 0; i < acts; i++) {
            long at = 30_000L + random.nextInt(120_000);
            last = Math.max(last, at + 1);
            String key = KEYS.get(random.nextInt(KEYS.size()));
            String value = random.nextInt(4) == 0 ? "" : "v" + random.nextInt(100);
            int drained = random.nextInt(12);
            int few = random.nextInt(3);
            Box box = any();
            world.time.in(at, () -> {
                for (Box each : few == 0 ? world.boxes : List.of(box)) {
                    RaftGroup group = each.engine.group();
                    RaftGroup.Entry entry = each.engine.entry();
                    if (group != null && entry != null && drained < 2) {
                        world.operator.drain(group, entry, drained == 0);
                    } else if (group != null && entry != null) {
                        world.operator.set(group, entry, key, value);
                    }
                }
            });
        }
    }

    /** Devices come and go, and clocks whose battery is empty are set when a time server is found. */
    private void hardware() {
        for (Box box : world.boxes) {
            if (random.nextInt(4) == 0) {
                long at = 20_000L + random.nextInt(120_000);
                last = Math.max(last, at + 1);
                world.time.in(at, box::changeHardware);
            }
            if (random.nextInt(8) == 0) {
                long at = random.nextInt(90_000);
                last = Math.max(last, at + 1);
                world.time.in(0, () -> box.jumpClock(-26 * YEAR));
                world.time.in(at, () -> box.jumpClock(26 * YEAR));
            }
        }
    }

    private Box any() {
        return world.boxes.get(random.nextInt(world.boxes.size()));
    }

    private void trouble(long at, long length) {
        last = Math.max(last, at + length + 1);
        Box box = any();
        int kind = random.nextInt(14);
        switch (kind) {
            case 0 -> during(at, length, box::killAgent, box::startAgent);
            case 1 -> during(at, length, box::powerOff, box::powerOn);
            case 2 -> during(at, length, () -> box.pauseAgent(true), () -> box.pauseAgent(false));
            case 3 -> during(at, length, () -> box.freeze(true), () -> box.freeze(false));
            case 4 -> {
                double loss = random.nextDouble() * 0.3;
                int delay = 1 + random.nextInt(300);
                during(at, length, () -> world.net.quality(loss, delay), () -> world.net.quality(0, 2));
            }
            case 5 -> world.time.in(at, () -> box.restartEngine(length));
            case 6 -> world.time.in(at, () -> box.jumpClock((random.nextInt(7) - 3) * YEAR / 2));
            case 7 -> {
                Box other = any();
                cut(at, length, new Box[] {box}, new Box[] {other}, true);
            }
            case 8 -> blackout(at, length);
            case 9, 10 -> {
                long until = at + length;
                world.time.in(at, () -> {
                    if (box.isSpare()) {
                        box.flash();
                        world.time.in(until - at, box::powerOn);
                    }
                });
            }
            default -> {
                if (partitions) {
                    partition(at, length);
                } else {
                    Box other = any();
                    cut(at, length, new Box[] {box}, new Box[] {other}, random.nextBoolean());
                }
            }
        }
    }

    /** The power of the whole site goes, and the boxes come back in any order. */
    private void blackout(long at, long length) {
        for (Box box : world.boxes) {
            long back = length + random.nextInt(30_000);
            last = Math.max(last, at + back + 1);
            during(at, back, box::powerOff, box::powerOn);
        }
    }

    /** The power of a box goes in the second in which it becomes a manager. */
    private void atPromotion() {
        long back = 3_000L + random.nextInt(20_000);
        last = Math.max(last, WATCHED + back + 1);
        watchForPromotion(any(), back);
    }

    private void watchForPromotion(Box box, long back) {
        RaftGroup.Entry entry = box.engine.entry();
        if (entry != null && entry.voter && !entry.knowsOthers && box.engineRuns()) {
            box.powerOff();
            world.time.in(back, box::powerOn);
        } else if (world.time.now() < WATCHED) {
            world.time.in(100, () -> watchForPromotion(box, back));
        }
    }

    private void partition(long at, long length) {
        List<Box> one = new ArrayList<>();
        List<Box> other = new ArrayList<>();
        for (Box each : world.boxes) {
            (random.nextBoolean() ? one : other).add(each);
        }
        cut(at, length, one.toArray(Box[]::new), other.toArray(Box[]::new), random.nextInt(4) == 0);
    }

    private void cut(long at, long length, Box[] from, Box[] to, boolean oneWay) {
        during(
                at,
                length,
                () -> {
                    world.trace("world", (oneWay ? "one way " : "") + "cut " + from.length + " from " + to.length);
                    cut(from, to, oneWay, true);
                },
                () -> cut(from, to, oneWay, false));
    }

    private void cut(Box[] from, Box[] to, boolean oneWay, boolean is) {
        for (Box one : from) {
            for (Box other : to) {
                if (one != other) {
                    world.net.cut(one.index, other.index, is);
                    if (!oneWay) {
                        world.net.cut(other.index, one.index, is);
                    }
                }
            }
        }
    }

    private void during(long at, long length, Runnable begin, Runnable end) {
        world.time.in(at, begin);
        world.time.in(at + length, end);
    }
}
