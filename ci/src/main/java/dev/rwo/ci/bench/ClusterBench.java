package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabException;
import dev.rwo.ci.lab.LabHost;
import dev.rwo.ci.lab.LabNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Measures membership beside Debian's Serf agent: on the same lab network, in the same minutes, one after the other. Both
 * are told the same three seeds. Prints a Markdown table; progress goes to the standard error.
 */
public final class ClusterBench {

    private static final Duration START = Duration.ofMinutes(2);
    /** Two hundred share the processors of one machine. */
    private static final Duration CROWDED_START = Duration.ofMinutes(5);

    private static final Duration NOTICE = Duration.ofSeconds(60);
    private static final Duration HEAL = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofSeconds(20);
    private static final Duration SETTLE = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofSeconds(5);

    private final GossipRuntime ours;
    private final ClusterOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();

    private ClusterBench(GossipRuntime ours, ClusterOptions options) {
        this.ours = ours;
        this.options = options;
    }

    /** Exit status 0, 1 when something failed, 2 for a wrong command line. */
    public static void main(String... arguments) {
        Path project = Path.of(System.getProperty("rwo.project", ".")).toAbsolutePath();
        try {
            ClusterOptions options = ClusterOptions.of(arguments);
            ClusterBench bench = new ClusterBench(GossipRuntime.trained(project, options.slower()), options);
            for (int size : options.crowds()) {
                bench.measureCrowd(size);
            }
            for (int size : options.crowds().isEmpty() ? options.sizes() : List.<Integer>of()) {
                for (ClusterContestant contestant : options.contestants()) {
                    bench.measure(contestant, size);
                }
            }
            bench.table().forEach(System.out::println);
        } catch (IllegalArgumentException wrong) {
            System.err.println("bench: " + wrong.getMessage());
            System.exit(2);
        } catch (LabException | IOException failed) {
            System.err.println("bench: " + failed.getMessage());
            System.exit(1);
        } catch (InterruptedException stop) {
            System.exit(1);
        }
        System.exit(0);
    }

    private void measure(ClusterContestant contestant, int size) throws IOException, InterruptedException {
        try (LabNetwork network = LabNetwork.start(size)) {
            List<ClusterMember> members = new ArrayList<>();
            for (LabHost host : network.hosts()) {
                members.add(new ClusterMember(contestant, host, this::wake));
            }
            String column = contestant.title() + ", " + size;
            try {
                start(contestant, column, members);
                if (options.startOnly()) {
                    return;
                }
                idle(column, members.stream().map(ClusterMember::process).toList(), size);
                troubles(column, members, members.getLast(), seeds(members));
                loss(column, members, network);
            } finally {
                members.forEach(member -> member.process().end());
            }
        }
    }

    /** All but one in one process, or in as few as can be; what befalls a member befalls the one that has a host of its own. */
    private void measureCrowd(int size) throws IOException, InterruptedException {
        try (LabNetwork network = LabNetwork.start(2)) {
            ClusterCrowd crowd = new ClusterCrowd(network.host(1), size - 1, this::wake);
            ClusterMember single = new ClusterMember(ClusterContestant.RWO, network.host(2), this::wake);
            List<ClusterView> views = new ArrayList<>(crowd.views());
            views.add(single);
            // As mDNS has it: all see all.
            List<String> seeds = crowd.addresses();
            int processes = crowd.processes().size();
            String column = "RWO, " + size + (processes == 1 ? " in one process" : " in " + processes + " processes");
            try {
                crowd.launch(ours, seeds);
                single.launch(ours, seeds);
                await(START, () -> crowd.isReady() && single.process().isReady());
                long begun = System.nanoTime();
                for (int member = 0; member < size - 1; member++) {
                    begun = startOfNext(begun);
                    crowd.go(member);
                }
                begun = startOfNext(begun);
                single.process().go();
                put(
                        column,
                        together(),
                        time(begun, CROWDED_START.multipliedBy(options.slower()), () -> isWhole(views)));
                if (options.startOnly()) {
                    return;
                }
                rest();
                idle(column, crowd.processes(), size - 1);
                troubles(column, views, single, seeds);
                loss(column, views, network);
            } finally {
                crowd.end();
                single.process().end();
            }
        }
    }

    private void troubles(String column, List<? extends ClusterView> all, ClusterMember victim, List<String> seeds)
            throws IOException, InterruptedException {
        List<? extends ClusterView> others =
                all.stream().filter(member -> member != victim).toList();
        death(column, all, others, victim, seeds);
        cable(column, all, others, victim);
        pause(column, all, others, victim);
    }

    private static List<String> seeds(List<ClusterMember> members) {
        return members.stream().limit(3).map(ClusterMember::address).toList();
    }

    private void start(ClusterContestant contestant, String column, List<ClusterMember> members)
            throws IOException, InterruptedException {
        List<String> seeds = seeds(members);
        boolean waits = contestant.waitsForGo();
        if (waits) {
            for (ClusterMember member : members) {
                member.launch(ours, seeds);
            }
            await(
                    START,
                    () -> members.stream().allMatch(member -> member.process().isReady()));
        }
        long begun = System.nanoTime();
        for (ClusterMember member : members) {
            begun = startOfNext(begun);
            if (waits) {
                member.process().go();
            } else {
                member.launch(ours, seeds);
            }
        }
        put(column, together(), time(begun, START, () -> isWhole(members)));
        rest();
    }

    /** When members start apart, the next one starts later, and the clock with it. */
    private long startOfNext(long begun) throws InterruptedException {
        if (options.apart().isZero()) {
            return begun;
        }
        await(options.apart(), () -> false);
        return System.nanoTime();
    }

    private String together() {
        return options.apart().isZero() ? "agree when started together" : "agree when the last of them started";
    }

    private static boolean isWhole(List<? extends ClusterView> members) {
        return members.stream().allMatch(member -> member.sees() == members.size() - 1);
    }

    private void idle(String column, List<ClusterProcess> processes, int count)
            throws IOException, InterruptedException {
        // What a start leaves behind, above all the compiler, is not what a site at rest costs.
        await(SETTLE, () -> false);
        List<ClusterProcess.Usage> before = new ArrayList<>();
        for (ClusterProcess process : processes) {
            before.add(process.usage());
        }
        long begun = System.nanoTime();
        await(options.idle(), () -> false);
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpu = 0;
        double rss = 0;
        double bytes = 0;
        double packets = 0;
        for (int i = 0; i < processes.size(); i++) {
            ClusterProcess.Usage after = processes.get(i).usage();
            cpu += after.cpuSeconds() - before.get(i).cpuSeconds();
            rss += after.rssMebibytes();
            bytes += after.bytes() - before.get(i).bytes();
            packets += after.packets() - before.get(i).packets();
        }
        put(column, "at rest: share of a core, each", format("%.2f %%", 100 * cpu / seconds / count));
        put(column, "at rest: memory, each", format("%.0f MiB", rss / count));
        put(column, "at rest: sent, each", format("%.0f B/s", bytes / seconds / count));
        put(column, "at rest: packets, each", format("%.1f/s", packets / seconds / count));
    }

    private void death(
            String column,
            List<? extends ClusterView> members,
            List<? extends ClusterView> others,
            ClusterMember victim,
            List<String> seeds)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        victim.process().kill();
        put(column, "killed process seen by all", time(begun, NOTICE, () -> areWithout(others, victim)));
        victim.process().end();
        victim.launch(ours, seeds);
        await(START, victim.process()::isReady);
        begun = System.nanoTime();
        victim.process().go();
        put(column, "it starts again, all agree", time(begun, HEAL, () -> isWhole(members)));
        rest();
    }

    private static boolean areWithout(List<? extends ClusterView> others, ClusterView victim) {
        return others.stream().noneMatch(member -> member.sees(victim.name()));
    }

    private void cable(
            String column,
            List<? extends ClusterView> members,
            List<? extends ClusterView> others,
            ClusterMember victim)
            throws InterruptedException {
        long begun = System.nanoTime();
        victim.host().cut();
        put(column, "pulled cable seen by all", time(begun, NOTICE, () -> areWithout(others, victim)));
        await(Duration.ofSeconds(15), () -> false);
        begun = System.nanoTime();
        victim.host().plug();
        put(column, "cable back, all agree", time(begun, HEAL, () -> isWhole(members)));
        rest();
    }

    private void pause(
            String column,
            List<? extends ClusterView> members,
            List<? extends ClusterView> others,
            ClusterMember victim)
            throws InterruptedException {
        int suspected = others.stream()
                .mapToInt(member -> member.suspicions(victim.name()))
                .sum();
        int lost =
                others.stream().mapToInt(member -> member.deaths(victim.name())).sum();
        long begun = System.nanoTime();
        victim.host().pause();
        put(column, "paused process seen by all", time(begun, NOTICE, () -> areWithout(others, victim)));
        await(PAUSE, () -> false);
        begun = System.nanoTime();
        victim.host().resume();
        put(column, "it runs again, all agree", time(begun, HEAL, () -> isWhole(members)));
        await(Duration.ofSeconds(10), () -> false);
        put(
                column,
                "healthy members accused around the pause: suspected, lost",
                (others.stream()
                                        .mapToInt(member -> member.suspicions(victim.name()))
                                        .sum()
                                - suspected)
                        + ", "
                        + (others.stream()
                                        .mapToInt(member -> member.deaths(victim.name()))
                                        .sum()
                                - lost));
    }

    private void loss(String column, List<? extends ClusterView> members, LabNetwork network)
            throws InterruptedException {
        int suspected =
                members.stream().mapToInt(member -> member.suspicions("")).sum();
        int lost = members.stream().mapToInt(member -> member.deaths("")).sum();
        network.loss(0.01);
        network.delay(Duration.ofMillis(15));
        await(options.lossy(), () -> false);
        put(
                column,
                "1 % loss and 15 ms for " + options.lossy().toSeconds() + " s: suspected, lost",
                (members.stream().mapToInt(member -> member.suspicions("")).sum() - suspected)
                        + ", "
                        + (members.stream()
                                        .mapToInt(member -> member.deaths(""))
                                        .sum()
                                - lost));
    }

    private void rest() throws InterruptedException {
        await(REST, () -> false);
    }

    private void wake() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for something, or lets the time pass; says whether it came about. */
    private boolean await(Duration atMost, BooleanSupplier what) throws InterruptedException {
        lock.lock();
        try {
            long until = System.nanoTime() + atMost.toNanos();
            while (!what.getAsBoolean()) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                long waited = news.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(200)));
                if (waited > left) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private String time(long begun, Duration atMost, BooleanSupplier what) throws InterruptedException {
        return await(atMost, what)
                ? format("%.2f s", (System.nanoTime() - begun) / 1e9)
                : "not in " + atMost.toSeconds() + " s";
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    private void put(String column, String row, String value) {
        System.err.println("bench: " + column + ": " + row + ": " + value);
        rows.computeIfAbsent(row, key -> new TreeMap<>()).put(column, value);
    }

    private List<String> table() {
        List<String> columns = rows.values().stream()
                .flatMap(row -> row.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add("| what | " + String.join(" | ", columns) + " |");
        lines.add("|---|" + "---|".repeat(columns.size()));
        rows.forEach((row, values) -> lines.add("| " + row + " | "
                + String.join(
                        " | ",
                        columns.stream()
                                .map(column -> values.getOrDefault(column, "-"))
                                .toList())
                + " |"));
        return lines;
    }
}
