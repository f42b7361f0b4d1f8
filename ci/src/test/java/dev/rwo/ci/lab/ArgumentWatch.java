package dev.rwo.ci.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notes the arguments of everything that runs on this machine, again and again, until it is closed. What any user of a
 * box could have read with {@code ps}; boxes of the lab are in it, because they share the kernel.
 */
final class ArgumentWatch implements AutoCloseable {

    /** A program that asks an engine or an agent something runs for longer. */
    private static final long STEP_MILLIS = 25;

    /** Labs of other tests that run beside make some thousands. */
    private static final int MOST_LINES = 200_000;

    private final AtomicInteger gaps = new AtomicInteger();
    private final Set<String> lines = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("argument-watch").factory());

    private ArgumentWatch() {}

    /** Begins. */
    static ArgumentWatch start() {
        ArgumentWatch watch = new ArgumentWatch();
        var _ = watch.looking.scheduleWithFixedDelay(watch::look, 0, STEP_MILLIS, TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                note(process.resolve("cmdline"));
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            gaps.incrementAndGet();
        }
    }

    private void note(Path arguments) {
        try {
            String line = new String(Files.readAllBytes(arguments), StandardCharsets.UTF_8).replace('\0', ' ');
            if (lines.size() < MOST_LINES) {
                lines.add(line);
            }
        } catch (IOException ended) {
            // Others are there.
        }
    }

    /** All that were seen, each once. */
    Set<String> lines() {
        if (lines.size() >= MOST_LINES || gaps.get() > 0) {
            throw new LabException(
                    "not all arguments were noted: there are " + lines.size() + " different ones of at most "
                            + MOST_LINES + ", and " + gaps + " times /proc could not be listed");
        }
        return Set.copyOf(lines);
    }

    /** How many of these were in the arguments of anything; says neither which nor where, because they are secret. */
    long seen(Set<String> secrets) {
        Set<String> all = lines();
        return secrets.stream()
                .filter(secret -> all.stream().anyMatch(line -> line.contains(secret)))
                .count();
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
