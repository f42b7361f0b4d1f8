package dev.rwo.ci.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.probe.HardwareProbe;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Looks at this machine many times in a process of its own and prints four numbers: milliseconds of the first profile
 * with its labels, of a later full one (median), of a sweep (median), and processor milliseconds of a sweep (mean).
 */
final class ProbeFigures {

    private static final int FULL = 50;
    private static final int SWEEPS = 500;

    private ProbeFigures() {}

    /** Takes no arguments. */
    public static void main(String... arguments) {
        HardwareProbe probe = new HardwareProbe(Path.of("/"));
        double first = millis(() -> NodeLabels.of(probe.probe()));
        double[] full = new double[FULL];
        for (int run = 0; run < FULL; run++) {
            full[run] = millis(() -> NodeLabels.of(probe.probe()));
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double[] sweeps = new double[SWEEPS];
        long before = process.getProcessCpuTime();
        for (int run = 0; run < SWEEPS; run++) {
            sweeps[run] = millis(() -> NodeLabels.of(probe.sweep()));
        }
        double cpu = (process.getProcessCpuTime() - before) / 1e6 / SWEEPS;
        System.out.println(first + " " + median(full) + " " + median(sweeps) + " " + cpu);
    }

    private static double millis(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e6;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
