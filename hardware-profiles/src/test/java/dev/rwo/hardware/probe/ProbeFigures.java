package dev.rwo.hardware.probe;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;

/** Prints what a full probe and an unchanged sweep cost on this machine or a recorded one: {@code ProbeFigures [ROOT]}. */
final class ProbeFigures {
    private static final int ROUNDS = 200;

    private ProbeFigures() {}

    public static void main(String[] arguments) {
        HardwareProbe probe = new HardwareProbe(Path.of(arguments.length > 0 ? arguments[0] : "/"));
        long start = System.nanoTime();
        probe.probe();
        System.out.printf("first probe of this process: %.1f ms%n", (System.nanoTime() - start) / 1e6);
        print("full probe", probe::probe);
        print("unchanged sweep", probe::sweep);
    }

    private static void print(String what, Supplier<?> look) {
        double[] wall = new double[ROUNDS];
        long processor = processorNanos();
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            var _ = look.get();
            wall[round] = (System.nanoTime() - start) / 1e6;
        }
        double processorMillis = (processorNanos() - processor) / 1e6 / ROUNDS;
        Arrays.sort(wall);
        System.out.printf(
                "%s: median %.2f ms, 95%% %.2f ms, processor %.2f ms, of %d%n",
                what, wall[ROUNDS / 2], wall[ROUNDS * 95 / 100], processorMillis, ROUNDS);
    }

    private static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
