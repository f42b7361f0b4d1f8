package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process of one or more members on a host of the lab. */
final class ClusterProcess {

    /** What the process and its network card used. */
    record Usage(double cpuSeconds, double rssMebibytes, long bytes, long packets) {}

    private static final double TICKS = 100;

    private final LabHost host;
    private final String card;
    private final boolean waitsForGo;
    private final Consumer<String> line;
    private volatile boolean ready;
    private @Nullable Process process;

    /**
     * Nothing runs yet.
     *
     * @param card the network card whose figures are asked for
     * @param waitsForGo whether it says "ready" and then waits for a line before it begins
     * @param line told each line that it prints
     */
    ClusterProcess(LabHost host, String card, boolean waitsForGo, Consumer<String> line) {
        this.host = host;
        this.card = card;
        this.waitsForGo = waitsForGo;
        this.line = line;
    }

    void launch(List<String> command) {
        ready = !waitsForGo;
        Process started = host.start(ProcessBuilder.Redirect.PIPE, command.toArray(String[]::new));
        process = started;
        Thread.ofVirtual().name("output of " + host.name()).start(() -> follow(started));
    }

    private void follow(Process started) {
        try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8)) {
            for (String next = lines.readLine(); next != null; next = lines.readLine()) {
                if (next.equals("ready")) {
                    ready = true;
                }
                line.accept(next);
            }
        } catch (IOException ended) {
            // It was killed.
        }
    }

    boolean isReady() {
        return ready;
    }

    void go() throws IOException {
        Process running = process;
        if (waitsForGo && running != null) {
            OutputStream in = running.getOutputStream();
            in.write('\n');
            in.flush();
        }
    }

    /** The process itself, below nsenter and setpriv, which become it. */
    private ProcessHandle self() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("nothing runs on " + host);
        }
        return running.toHandle().children().findFirst().orElse(running.toHandle());
    }

    void kill() {
        self().destroyForcibly();
    }

    void end() {
        Process running = process;
        if (running != null) {
            running.toHandle().children().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }

    Usage usage() throws IOException {
        Path proc = Path.of("/proc", String.valueOf(self().pid()));
        String stat = Files.readString(proc.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double cpu = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
        double rss = Long.parseLong(fields[21]) * 4096.0 / (1 << 20);
        String counted = Files.readAllLines(proc.resolve("net/dev")).stream()
                .map(String::strip)
                .filter(each -> each.startsWith(card + ":"))
                .findFirst()
                .orElseThrow(() -> new IOException(host + " has no network card " + card));
        String[] counts = counted.substring(counted.indexOf(':') + 1).strip().split("\\s+", -1);
        return new Usage(cpu, rss, Long.parseLong(counts[8]), Long.parseLong(counts[9]));
    }
}
