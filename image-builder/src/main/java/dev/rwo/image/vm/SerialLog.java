package dev.rwo.image.vm;

import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a machine says on its serial port: kept in memory, in {@code serial.raw} as it came, and in {@code serial.log}
 * line by line with the seconds since power-on and without terminal escapes.
 */
public final class SerialLog {
    /**
     * One line that the machine said.
     *
     * @param at time since power-on
     * @param text the line without its end and without terminal escapes
     */
    public record Line(Duration at, String text) {
        /** The seconds and the line, as in {@code serial.log}. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%9.3f %s", at.toMillis() / 1000.0, text);
        }
    }

    private static final Pattern ESCAPES = Pattern.compile(
            "\u001b(\\[[0-9;?=]*[A-Za-z]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)|[()][A-Z0-9]|[=>c78])|[\\x00-\\x08\\x0b-\\x1f]");

    /** A line longer than that is cut, so that a guest gone mad cannot fill the memory. */
    private static final int LONGEST = 16 * 1024;

    private static final int KEPT_LINES = 200_000;

    private record Waiter(Pattern pattern, CompletableFuture<Line> found) {}

    private final Object lock = new Object();
    private final List<Line> lines = new ArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final Set<Consumer<Line>> listeners = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final long powerOn = System.nanoTime();

    /** Reads until the stream ends; to be run on a thread of its own. */
    void drain(InputStream serial, Path raw, Path timed) {
        try (OutputStream asItCame = Files.newOutputStream(raw);
                BufferedWriter byLine = Files.newBufferedWriter(timed, StandardCharsets.UTF_8)) {
            byte[] chunk = new byte[4096];
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int length = serial.read(chunk); length >= 0; length = serial.read(chunk)) {
                asItCame.write(chunk, 0, length);
                asItCame.flush();
                for (int i = 0; i < length; i++) {
                    if (chunk[i] == '\n' || line.size() >= LONGEST) {
                        keep(line, byLine);
                    }
                    if (chunk[i] != '\n') {
                        line.write(chunk[i]);
                    }
                }
                byLine.flush();
            }
            if (line.size() > 0) {
                keep(line, byLine);
            }
        } catch (IOException e) {
            // The stream breaks when the machine is killed: the same as its end.
        } finally {
            end();
        }
    }

    /** What was said so far; the first 200,000 lines. */
    public List<Line> lines() {
        synchronized (lock) {
            return List.copyOf(lines);
        }
    }

    /** The last lines, for an error message. */
    public String tail(int count) {
        List<Line> all = lines();
        return String.join(
                "\n",
                all.subList(Math.max(0, all.size() - count), all.size()).stream()
                        .map(Line::toString)
                        .toList());
    }

    /** Calls back for each line from now on, on the thread that reads the port: be quick. */
    public void onLine(Consumer<Line> listener) {
        listeners.add(listener);
    }

    /** Completes with the first line, said already or still to come, that contains the pattern; fails at the end. */
    CompletableFuture<Line> find(Pattern pattern, int from) {
        CompletableFuture<Line> found = new CompletableFuture<>();
        synchronized (lock) {
            Optional<Line> earlier = lines.stream()
                    .skip(from)
                    .filter(line -> pattern.matcher(line.text()).find())
                    .findFirst();
            if (earlier.isPresent()) {
                found.complete(earlier.get());
            } else if (ended.isDone()) {
                found.completeExceptionally(new VmException("the machine ended"));
            } else {
                waiters.add(new Waiter(pattern, found));
            }
        }
        return found;
    }

    CompletableFuture<Void> ended() {
        return ended;
    }

    private void keep(ByteArrayOutputStream bytes, BufferedWriter byLine) throws IOException {
        String text = ESCAPES.matcher(bytes.toString(StandardCharsets.UTF_8)).replaceAll("");
        bytes.reset();
        Line line = new Line(Duration.ofNanos(System.nanoTime() - powerOn), text);
        byLine.write(line.toString());
        byLine.newLine();
        List<Waiter> satisfied;
        synchronized (lock) {
            if (lines.size() < KEPT_LINES) {
                lines.add(line);
            }
            satisfied = waiters.stream()
                    .filter(waiter -> waiter.pattern.matcher(text).find())
                    .toList();
            waiters.removeAll(satisfied);
        }
        satisfied.forEach(waiter -> waiter.found.complete(line));
        listeners.forEach(listener -> listener.accept(line));
    }

    private void end() {
        List<Waiter> disappointed;
        synchronized (lock) {
            ended.complete(null);
            disappointed = List.copyOf(waiters);
            waiters.clear();
        }
        disappointed.forEach(waiter -> waiter.found.completeExceptionally(new VmException("the machine ended")));
    }
}
