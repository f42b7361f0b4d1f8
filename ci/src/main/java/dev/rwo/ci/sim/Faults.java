package dev.rwo.ci.sim;

import java.util.SplittableRandom;

/** What goes wrong, and when: chosen by the seed, all over at {@link #last}. */
final class Faults {

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
        operator();
        world.time.in(last, () -> {
            world.net.mendAll();
            world.trace("world", "no more faults");
        });
    }

    private void operator() {
        world.time.in(60_000, () -> {
            for (RaftGroup group : world.groups) {
                group.nodes.values().forEach(entry -> {
                    entry.labels.put("site.till", "left");
                    entry.version++;
                });
            }
        });
    }

    private Box any() {
        return world.boxes.get(random.nextInt(world.boxes.size()));
    }

    private void trouble(long at, long length) {
        last = Math.max(last, at + length + 1);
        Box box = any();
        int kind = random.nextInt(10);
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
            case 6 -> world.time.in(at, () -> box.jumpClock((random.nextInt(7) - 3) * 31_536_000_000L / 2));
            case 7 -> {
                Box other = any();
                cut(at, length, new Box[] {box}, new Box[] {other}, true);
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

    private void partition(long at, long length) {
        java.util.List<Box> one = new java.util.ArrayList<>();
        java.util.List<Box> other = new java.util.ArrayList<>();
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
                    // With two boxes one cut cable is a partition.
                    world.separated |= from.length + to.length == world.boxes.size() || world.boxes.size() == 2;
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
