package dev.rwo.image.vm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * QEMU's control protocol (QMP). We listen and QEMU connects, so that its readiness is an event and not something to be
 * polled for. The socket lies in a directory of its own below the temporary directory: a socket's path holds only 107
 * bytes, less than many a project's path.
 */
final class Control implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Awaited(Predicate<JsonNode> event, CompletableFuture<JsonNode> happened) {}

    private final Path folder;
    private final ServerSocketChannel listening;
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final Set<Awaited> awaited = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<SocketChannel> connected = new CompletableFuture<>();

    private volatile boolean hungUp;

    private Control(Path folder, ServerSocketChannel listening) {
        this.folder = folder;
        this.listening = listening;
    }

    static Control listen() {
        try {
            Path folder = Files.createTempDirectory("rwo-vm");
            ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listening.bind(UnixDomainSocketAddress.of(folder.resolve("control")));
            Control control = new Control(folder, listening);
            Thread.ofVirtual().name("qemu-control").start(control::converse);
            return control;
        } catch (IOException e) {
            throw new VmException(
                    "cannot make a control socket in " + System.getProperty("java.io.tmpdir") + ": " + e, e);
        }
    }

    Path socket() {
        return folder.resolve("control");
    }

    /** Waits until QEMU is there, ready for commands; ends early when that future is done: QEMU has failed. */
    void awaitReady(CompletableFuture<?> failed, Duration patience) {
        try {
            CompletableFuture.anyOf(connected, failed).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted while the machine started", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new VmException("QEMU did not answer on its control socket within " + patience.toSeconds() + " s", e);
        }
        if (!connected.isDone() || connected.isCompletedExceptionally()) {
            throw new VmException("QEMU ended at start");
        }
        execute("qmp_capabilities", null, patience);
    }

    /** One command, one answer; commands are not mixed. */
    synchronized JsonNode execute(String command, @Nullable ObjectNode arguments, Duration patience) {
        ObjectNode request = JSON.createObjectNode().put("execute", command);
        if (arguments != null) {
            request.set("arguments", arguments);
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
            SocketChannel channel = connected.getNow(null);
            if (channel == null) {
                throw new VmException("QEMU is not connected; '" + command + "' was not sent");
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            JsonNode answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (answer == null) {
                throw new VmException("QEMU did not answer '" + command + "' within " + patience.toSeconds() + " s");
            }
            if (answer.has("error")) {
                throw new VmException("QEMU refused '" + command + "': "
                        + answer.path("error").path("desc").asText());
            }
            return answer.path("return");
        } catch (IOException e) {
            throw new VmException("QEMU hung up at '" + command + "': " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted at '" + command + "'", e);
        }
    }

    /**
     * Completes with the next event that matches, and fails when QEMU hangs up. To be called before the command that
     * leads to the event; who loses interest cancels it.
     */
    CompletableFuture<JsonNode> event(Predicate<JsonNode> event) {
        Awaited waiting = new Awaited(event, new CompletableFuture<>());
        awaited.add(waiting);
        var _ = waiting.happened.whenComplete((_, _) -> awaited.remove(waiting));
        if (hungUp) {
            waiting.happened.completeExceptionally(new VmException("QEMU hung up"));
        }
        return waiting.happened;
    }

    static ObjectNode arguments() {
        return JSON.createObjectNode();
    }

    private void converse() {
        try (SocketChannel channel = listening.accept();
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode message = parse(line);
                if (message.has("QMP")) {
                    connected.complete(channel);
                } else if (message.has("return") || message.has("error")) {
                    answers.add(message);
                } else if (message.has("event")) {
                    tell(message);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Closed from either side: the machine has ended, which its process tells.
        } finally {
            hungUp = true;
            connected.completeExceptionally(new VmException("QEMU hung up"));
            // Who waits for an answer need not wait until the end of patience.
            answers.add(JSON.createObjectNode().set("error", arguments().put("desc", "it hung up")));
            awaited.forEach(waiting -> waiting.happened.completeExceptionally(new VmException("QEMU hung up")));
        }
    }

    private void tell(JsonNode event) {
        awaited.stream()
                .filter(waiting -> waiting.event.test(event))
                .forEach(waiting -> waiting.happened.complete(event));
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            SocketChannel channel = connected.isCompletedExceptionally() ? null : connected.getNow(null);
            if (channel != null) {
                channel.close();
            }
            Files.deleteIfExists(socket());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new VmException("cannot remove the control socket in " + folder + ": " + e, e);
        }
    }
}
