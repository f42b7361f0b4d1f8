package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.ci.lab.LabSite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The background process of {@code lab up}. */
final class Warden {

    /** The last line to whoever started it. */
    static final String READY = "ready";

    private final WardenPlace place;
    private final Requests requests;
    private final ReentrantLock working = new ReentrantLock();
    private final CountDownLatch farewell = new CountDownLatch(1);

    private Warden(WardenPlace place, LabSite site) {
        this.place = place;
        this.requests = new Requests(site);
    }

    /**
     * Starts a lab, says {@link #READY} or why not on its output, and serves until it is told to end.
     *
     * @param arguments name of the lab, and {@link UpSettings} as JSON
     */
    public static void main(String[] arguments) throws IOException {
        WardenPlace place = new WardenPlace(arguments[0]);
        Files.createDirectories(place.folder());
        Files.deleteIfExists(place.socket());
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                LabSite site = UpSettings.fromJson(arguments[1]).start()) {
            server.bind(UnixDomainSocketAddress.of(place.socket()));
            System.out.println(READY);
            System.out.flush();
            new Warden(place, site).serve(server);
        } catch (RuntimeException failed) {
            System.out.println("rwo: " + failed.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private void serve(ServerSocketChannel server) throws IOException {
        while (server.isOpen()) {
            SocketChannel client;
            try {
                client = server.accept();
            } catch (AsynchronousCloseException down) {
                awaitFarewell();
                return;
            }
            Thread.ofPlatform().daemon().name("lab-request").start(() -> answer(client, server));
        }
    }

    /** Whoever told us to end shall hear that it is done. */
    private void awaitFarewell() {
        try {
            farewell.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(SocketChannel client, ServerSocketChannel server) {
        try (client) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
            String line = lines.readLine();
            if (line == null) {
                return;
            }
            JsonNode request = new ObjectMapper().readTree(line);
            boolean down = request.path("verb").asText().equals("down");
            ObjectNode answer = down ? end(server) : work(request);
            client.write(ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8)));
            if (down) {
                farewell.countDown();
            }
        } catch (IOException gone) {
            // Whoever asked has left; what was asked is done.
        }
    }

    /** One at a time: two partitions at once would be neither. */
    private ObjectNode work(JsonNode request) {
        working.lock();
        try {
            return requests.answer(request);
        } catch (RuntimeException failed) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("error", failed.getMessage() == null ? failed.toString() : failed.getMessage());
        } finally {
            working.unlock();
        }
    }

    private ObjectNode end(ServerSocketChannel server) throws IOException {
        Path socket = place.socket();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        working.lock();
        try {
            requests.close();
            Files.deleteIfExists(socket);
            server.close();
        } catch (RuntimeException failed) {
            answer.put("error", String.valueOf(failed.getMessage()));
        } finally {
            working.unlock();
        }
        return answer;
    }
}
