package dev.rwo.ci.bench;

import dev.rwo.ci.sim.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs the simulator over many seeds, or one seed with every event printed. */
public final class SimBench {

    private static final int THREADS = 2;
    private static final int MOST_SHOWN = 20;

    private SimBench() {}

    /** Exit status 0, 1 when a rule was broken, 2 for a wrong command line. */
    public static void main(String... arguments) throws InterruptedException {
        if (!List.of(arguments).contains("--trace")) {
            // The agent's planners and controllers log what they do, in every one of the simulated boxes.
            Logger.getLogger("").setLevel(Level.OFF);
        }
        long seeds = 10_000;
        long from = 0;
        long single = -1;
        int boxes = 0;
        boolean trace = false;
        String mutation = "NONE";
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--trace")) {
                trace = true;
                continue;
            }
            if (arguments[i].equals("--mutation") && i + 1 < arguments.length) {
                mutation = arguments[++i];
                if (!Simulator.mutations().contains(mutation)) {
                    System.err.println("bench: --mutation takes one of " + String.join(" ", Simulator.mutations()));
                    System.exit(2);
                }
                continue;
            }
            if (i + 1 >= arguments.length || !arguments[i + 1].matches("\\d{1,18}")) {
                System.err.println("bench: " + arguments[i] + " needs a number");
                System.exit(2);
            }
            long number = Long.parseLong(arguments[++i]);
            switch (arguments[i - 1]) {
                case "--seeds" -> seeds = number;
                case "--from" -> from = number;
                case "--seed" -> single = number;
                case "--boxes" -> boxes = boxes(number);
                default -> {
                    System.err.println("bench: there is no option " + arguments[i - 1]);
                    System.exit(2);
                }
            }
        }
        System.exit(single >= 0 ? one(single, boxes, mutation, trace) : many(from, seeds, boxes, mutation));
    }

    private static int boxes(long number) {
        if (number < 2 || number > 1000) {
            System.err.println("bench: --boxes takes 2 to 1000");
            System.exit(2);
        }
        return (int) number;
    }

    private static int one(long seed, int boxes, String mutation, boolean trace) {
        Simulator.Report report = Simulator.run(seed, boxes, mutation, trace ? System.out::println : null);
        System.out.println(report);
        return report.isWell() ? 0 : 1;
    }

    private static int many(long from, long seeds, int boxes, String mutation) throws InterruptedException {
        AtomicLong next = new AtomicLong(from);
        AtomicLong done = new AtomicLong();
        AtomicLong steps = new AtomicLong();
        AtomicLong virtual = new AtomicLong();
        Queue<Simulator.Report> broken = new ConcurrentLinkedQueue<>();
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (long seed = next.getAndIncrement(); seed < from + seeds; seed = next.getAndIncrement()) {
                    Simulator.Report report = Simulator.run(seed, boxes, mutation, null);
                    steps.addAndGet(report.steps());
                    virtual.addAndGet(report.millis());
                    if (!report.isWell()) {
                        broken.add(report);
                        System.err.println(
                                "bench: seed " + seed + ": " + report.broken() + "\n       replay: " + report.replay());
                    }
                    if (done.incrementAndGet() % 500 == 0) {
                        System.err.println("bench: " + done.get() + " of " + seeds + " seeds");
                    }
                    if (broken.size() >= MOST_SHOWN) {
                        return;
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.printf(
                "%d seeds, %d broken, %d steps, %.0f hours of virtual time in %.0f s%n",
                done.get(), broken.size(), steps.get(), virtual.get() / 3_600_000.0, (System.nanoTime() - begin) / 1e9);
        boolean all = done.get() == seeds;
        if (!all && broken.isEmpty()) {
            System.err.println("bench: the other seeds did not run to their end");
        }
        return all && broken.isEmpty() ? 0 : 1;
    }
}
