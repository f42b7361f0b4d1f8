package dev.rwo.ci.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for a container engine. */
final class EngineSocket {

    private static final long LOOK_MILLIS = 20;

    private EngineSocket() {}

    /** The engine does not answer. */
    static final class SilentException extends Exception {

        private static final long serialVersionUID = 1L;

        SilentException(@Nullable Throwable cause) {
            super(cause);
        }
    }

    /**
     * Returns when the engine answers. The socket appears first and answers the first question when the engine is ready.
     */
    static void await(Path socket, Duration patience, BooleanSupplier isAlive)
            throws IOException, InterruptedException, SilentException {
        long deadline = System.nanoTime() + patience.toNanos();
        try (WatchService watch = socket.getFileSystem().newWatchService()) {
            Objects.requireNonNull(socket.toAbsolutePath().getParent())
                    .register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(socket)) {
                WatchKey key = watch.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (key == null || !isAlive.getAsBoolean()) {
                    throw new SilentException(null);
                }
                key.pollEvents();
                key.reset();
            }
        }
        try (SocketChannel channel = connect(socket, deadline)) {
            CompletableFuture.runAsync(() -> ping(channel), Thread::startVirtualThread)
                    .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new SilentException(failed);
        }
    }

    /** The socket's file appears with bind(2), and refuses until listen(2) a moment later, which nothing tells. */
    private static SocketChannel connect(Path socket, long deadline) throws IOException, InterruptedException {
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return channel;
            } catch (IOException refused) {
                channel.close();
                if (System.nanoTime() >= deadline) {
                    throw refused;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
    }

    private static void ping(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(
                    "GET /_ping HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(64);
            channel.read(answer);
            String status = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
            if (!status.startsWith("HTTP/1.1 200")) {
                throw new LabException(
                        "the lab's engine answered " + status.lines().findFirst());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
