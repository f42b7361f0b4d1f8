package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One member that runs on a host of the lab, and what it says of the others. */
final class ClusterMember {

    /** What the process and its network card used. */
    record Usage(double cpuSeconds, double rssMebibytes, long bytes, long packets) {}

    private static final double TICKS = 100;

    private final ClusterContestant contestant;
    private final LabHost host;
    private final Runnable news;
    private final Map<String, ClusterContestant.Seen> view = new HashMap<>();
    private final Map<String, Integer> suspicions = new HashMap<>();
    private final Map<String, Integer> deaths = new HashMap<>();
    private final AtomicLong ready = new AtomicLong();
    private @Nullable Process process;

    ClusterMember(ClusterContestant contestant, LabHost host, Runnable news) {
        this.contestant = contestant;
        this.host = host;
        this.news = news;
    }

    LabHost host() {
        return host;
    }

    String name() {
        return host.name();
    }

    synchronized void launch(GossipRuntime ours, List<String> seeds) {
        view.clear();
        ready.set(0);
        String[] command = contestant
                .command(ours, name(), host.address().getHostAddress(), seeds)
                .toArray(String[]::new);
        Process started = host.start(ProcessBuilder.Redirect.PIPE, command);
        process = started;
        Thread.ofVirtual().name("output of " + name()).start(() -> follow(started));
    }

    private void follow(Process started) {
        try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("ready")) {
                    ready.set(1);
                }
                contestant.read(line).ifPresent(this::saw);
                news.run();
            }
        } catch (IOException ended) {
            // The member was killed.
        }
    }

    private synchronized void saw(ClusterContestant.Sight sight) {
        if (sight.member().equals(name())) {
            return;
        }
        switch (sight.seen()) {
            case SUSPECT -> suspicions.merge(sight.member(), 1, Integer::sum);
            case GONE -> {
                deaths.merge(sight.member(), 1, Integer::sum);
                view.put(sight.member(), sight.seen());
            }
            case ALIVE -> view.put(sight.member(), sight.seen());
        }
    }

    /** Whether it begins only when it is told so, once it is ready. */
    boolean waitsForGo() {
        return contestant.waitsForGo();
    }

    boolean isReady() {
        return !contestant.waitsForGo() || ready.get() != 0;
    }

    void go() throws IOException {
        Process running = process;
        if (contestant.waitsForGo() && running != null) {
            OutputStream in = running.getOutputStream();
            in.write('\n');
            in.flush();
        }
    }

    synchronized long sees() {
        return view.values().stream()
                .filter(seen -> seen == ClusterContestant.Seen.ALIVE)
                .count();
    }

    synchronized boolean sees(String member) {
        return view.get(member) == ClusterContestant.Seen.ALIVE;
    }

    /** How often it suspected others, and how often it took them for gone, one of them aside. */
    synchronized int suspicions(String besides) {
        return sum(suspicions, besides);
    }

    synchronized int deaths(String besides) {
        return sum(deaths, besides);
    }

    private static int sum(Map<String, Integer> counts, String besides) {
        return counts.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(besides))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** The member itself, below nsenter and setpriv, which become it. */
    private ProcessHandle self() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name() + " does not run");
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
        String card = Files.readAllLines(proc.resolve("net/dev")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith(LabHost.DEVICE + ":"))
                .findFirst()
                .orElseThrow(() -> new IOException(name() + " has no network card"));
        String[] counts = card.substring(card.indexOf(':') + 1).strip().split("\\s+", -1);
        return new Usage(cpu, rss, Long.parseLong(counts[8]), Long.parseLong(counts[9]));
    }
}
