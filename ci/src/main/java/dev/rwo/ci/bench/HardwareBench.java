package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures how quickly the hardware is known, beside the tools that people use for it, in the same minutes: a profile
 * with its labels, a sweep that finds nothing new, a kernel event to the label in Swarm, and the agent at rest. Prints a
 * Markdown table; progress goes to the standard error.
 */
public final class HardwareBench {

    private static final Duration EVENT = Duration.ofSeconds(60);
    private static final int REFERENCE_RUNS = 10;
    /** USER_HZ on x86 (kernel, include/asm-generic/param.h). */
    private static final double TICKS = 100;

    private final Path project;
    private final int runs;
    private final int idleSeconds;

    private HardwareBench(Path project, int runs, int idleSeconds) {
        this.project = project;
        this.runs = runs;
        this.idleSeconds = idleSeconds;
    }

    /** Exit status 0, 1 when something failed, 2 for a wrong command line. */
    public static void main(String... arguments) {
        Path project = Path.of(System.getProperty("rwo.project", ".")).toAbsolutePath();
        try {
            int runs = 5;
            int idle = 300;
            for (int i = 0; i < arguments.length; i += 2) {
                if (i + 1 >= arguments.length || !arguments[i + 1].matches("[1-9]\\d{0,3}")) {
                    throw new IllegalArgumentException(arguments[i] + " needs a number from 1 to 9999");
                }
                switch (arguments[i]) {
                    case "--runs" -> runs = Integer.parseInt(arguments[i + 1]);
                    case "--idle" -> idle = Integer.parseInt(arguments[i + 1]);
                    default -> throw new IllegalArgumentException("there is no option " + arguments[i]);
                }
            }
            new HardwareBench(project, runs, idle).run().forEach(System.out::println);
        } catch (IllegalArgumentException wrong) {
            System.err.println("bench: " + wrong.getMessage());
            System.exit(2);
        } catch (LabException | IOException failed) {
            System.err.println("bench: " + failed.getMessage());
            System.exit(1);
        } catch (InterruptedException stop) {
            System.exit(1);
        }
    }

    private List<String> run() throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>(List.of("| what | measured |", "|---|---|"));
        say("the machine, looked at by this build's probe in fresh processes");
        rows.addAll(probes());
        say("the same machine, looked at by other tools");
        rows.add(reference("lshw -json", List.of("lshw", "-json")));
        rows.add(reference("dmidecode -t system + lspci -v", List.of("sh", "-c", "dmidecode -t system; lspci -v")));
        Path directory = Files.createTempDirectory("rwo-bench-");
        try (BenchNode node = BenchNode.start(project, directory)) {
            rows.add(row(
                    "first profile of the packaged agent while it starts (AOT cache, recorded tree)",
                    new double[] {node.firstLook()},
                    "ms"));
            say("kernel events, until the label is in Swarm");
            rows.addAll(events(node));
            say("the agent at rest, " + idleSeconds + " s");
            rows.addAll(atRest(node));
        } finally {
            delete(directory);
        }
        return rows;
    }

    private static void say(String what) {
        System.err.println("bench: " + what);
    }

    private List<String> probes() throws IOException, InterruptedException {
        double[][] figures = new double[4][runs];
        for (int run = 0; run < runs; run++) {
            String line = output(List.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ProbeFigures.class.getName()));
            String[] numbers = line.strip().split(" ", -1);
            for (int figure = 0; figure < figures.length; figure++) {
                figures[figure][run] = Double.parseDouble(numbers[figure]);
            }
        }
        return List.of(
                row("profile and labels, first of a fresh JVM without AOT cache", figures[0], "ms"),
                row("profile and labels, full, warm", figures[1], "ms"),
                row("sweep with nothing changed, and labels", figures[2], "ms"),
                row("the same, processor time", figures[3], "ms"));
    }

    private static String reference(String name, List<String> command) throws InterruptedException {
        double[] millis = new double[REFERENCE_RUNS];
        for (int run = 0; run < REFERENCE_RUNS; run++) {
            long begun = System.nanoTime();
            try {
                output(command);
            } catch (IOException missing) {
                return "| " + name + " | not measured: " + missing.getMessage() + " |";
            }
            millis[run] = (System.nanoTime() - begun) / 1e6;
        }
        return row(name, millis, "ms");
    }

    private List<String> events(BenchNode node) throws IOException, InterruptedException {
        double[] appear = new double[runs];
        double[] disappear = new double[runs];
        Process watch = new ProcessBuilder(
                        "docker",
                        "--host",
                        node.engineHost(),
                        "events",
                        "--filter",
                        "type=node",
                        "--format",
                        "{{.Action}}")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> follow(watch, news));
        try {
            awaitLabel(node, news, false);
            for (int run = 0; run < runs; run++) {
                long plugged = System.nanoTime();
                node.plug();
                appear[run] = awaitLabel(node, news, true) - plugged;
                long unplugged = System.nanoTime();
                node.unplug();
                disappear[run] = awaitLabel(node, news, false) - unplugged;
            }
        } finally {
            watch.destroy();
        }
        scale(appear, 1e-6);
        scale(disappear, 1e-6);
        return List.of(
                row("kernel event to label in Swarm, device appears", appear, "ms"),
                row("kernel event to label out of Swarm, device gone (dwell 10,000 ms)", disappear, "ms"));
    }

    private static void follow(Process watch, BlockingQueue<String> news) {
        try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(news::add);
        } catch (IOException | java.io.UncheckedIOException ended) {
            // The bench is over.
        }
    }

    /** Looks after each event of the engine, so that the engine is not kept busy by being asked. */
    private static long awaitLabel(BenchNode node, BlockingQueue<String> news, boolean there)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + EVENT.toNanos();
        while (System.nanoTime() < deadline) {
            String label = output(List.of(
                            "docker",
                            "--host",
                            node.engineHost(),
                            "node",
                            "inspect",
                            "self",
                            "--format",
                            "{{index .Spec.Labels \"site.bench\"}}"))
                    .strip();
            if (label.equals("true") == there) {
                return System.nanoTime();
            }
            news.poll(1, TimeUnit.SECONDS);
        }
        throw new LabException("the label did not " + (there ? "come" : "go") + " within a minute");
    }

    private List<String> atRest(BenchNode node) throws IOException, InterruptedException {
        double before = ticks(node.pid());
        new LinkedBlockingQueue<String>().poll(idleSeconds, TimeUnit.SECONDS);
        double share = (ticks(node.pid()) - before) / TICKS / idleSeconds * 100;
        String resident = Files.readAllLines(Path.of("/proc/" + node.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.substring("VmRSS:".length()).strip())
                .findFirst()
                .orElse("unknown");
        return List.of(
                String.format(Locale.ROOT, "| agent over %d s at rest, of one core | %.2f %% |", idleSeconds, share),
                "| agent's resident memory | " + resident + " |");
    }

    /** User and system time: fields 14 and 15 of /proc/PID/stat, counted after the command in parentheses. */
    private static double ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
    }

    private static void scale(double[] values, double factor) {
        for (int index = 0; index < values.length; index++) {
            values[index] *= factor;
        }
    }

    private static String row(String what, double[] values, String unit) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "| %s | %.1f %s (%.1f to %.1f, %d runs) |",
                what,
                sorted[sorted.length / 2],
                unit,
                sorted[0],
                sorted[sorted.length - 1],
                sorted.length);
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(EVENT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed");
        }
        return output;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
