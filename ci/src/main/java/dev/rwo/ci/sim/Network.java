package dev.rwo.ci.sim;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The site's LAN: directed links that can be cut, loss, delay. */
final class Network {

    private static final long ANSWER_WITHIN = 10_000;
    private static final int LATE_PER_MILLE = 10;
    private static final int LATEST = 20_000;

    private final World world;
    private final int[][] cut;
    private double loss;
    private int delay = 2;

    Network(World world, int boxes) {
        this.world = world;
        this.cut = new int[boxes][boxes];
    }

    /** Cuts one direction, or mends one cut of it. */
    void cut(int from, int to, boolean is) {
        cut[from][to] += is ? 1 : -1;
    }

    void quality(double lost, int most) {
        loss = lost;
        delay = most;
    }

    void mendAll() {
        for (int[] row : cut) {
            Arrays.fill(row, 0);
        }
        quality(0, 2);
    }

    boolean isCut() {
        return Arrays.stream(cut).anyMatch(row -> Arrays.stream(row).anyMatch(each -> each > 0));
    }

    /** Whether nothing is cut and nothing is lost. */
    boolean isQuiet() {
        return loss == 0 && !isCut();
    }

    boolean open(int from, int to) {
        return from == to || cut[from][to] <= 0;
    }

    boolean bothWays(int one, int other) {
        return open(one, other) && open(other, one);
    }

    /** Whether one datagram arrives. */
    boolean arrives(int from, int to) {
        return open(from, to) && (loss == 0 || world.random.nextDouble() >= loss);
    }

    long latency() {
        return 1L + world.random.nextInt(delay + 1);
    }

    /** A segment of TCP that is lost comes later. */
    private long reliably() {
        long time = latency();
        RandomGenerator random = world.random;
        for (int again = 200; loss > 0 && random.nextDouble() < loss && again < 5000; again *= 2) {
            time += again;
        }
        return time;
    }

    /**
     * Asks another box's agent over TCP. The answer, or null when there is none in time, comes exactly once; the
     * question may be answered though nobody hears it, and rarely it comes twice, late.
     */
    <T> void call(Box from, Box to, Supplier<@Nullable T> question, Consumer<@Nullable T> answer) {
        boolean[] done = new boolean[1];
        int life = from.life();
        Consumer<@Nullable T> once = said -> {
            if (!done[0] && life == from.life()) {
                done[0] = true;
                answer.accept(said);
            }
        };
        from.later(ANSWER_WITHIN, () -> once.accept(null));
        if (!bothWays(from.index, to.index)) {
            return;
        }
        world.time.in(reliably(), () -> {
            if (!open(from.index, to.index)) {
                return;
            }
            if (!to.agentUp) {
                from.later(reliably(), () -> once.accept(null));
                return;
            }
            to.later(0, () -> {
                @Nullable T said = question.get();
                world.time.in(reliably(), () -> {
                    if (open(to.index, from.index)) {
                        from.later(0, () -> once.accept(said));
                    }
                });
            });
            if (world.random.nextInt(1000) < LATE_PER_MILLE) {
                to.later(world.random.nextInt(LATEST), () -> {
                    // It arrives a second time; nobody waits for the answer.
                    var _ = question.get();
                });
            }
        });
    }
}
