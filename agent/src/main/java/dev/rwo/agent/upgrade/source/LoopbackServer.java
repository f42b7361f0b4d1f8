package dev.rwo.agent.upgrade.source;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Lets RAUC read a source as the HTTP server that it wants: on the loopback address only, below a path that nobody else knows. So
 * RAUC, whose reading process has no rights, needs neither our certificate nor to be told when the place changes.
 */
public final class LoopbackServer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LoopbackServer.class);
    private static final String ADDRESS = "127.0.0.1";
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
    private static final int PARTIAL = 206;
    private static final int NOT_SATISFIABLE = 416;

    private final BundleSource source;
    private final long size;
    private final String path = "/" + UUID.randomUUID() + ".raucb";
    private final AtomicLong read = new AtomicLong();
    private final HttpServer server;

    private LoopbackServer(Vertx vertx, BundleSource source, long size) throws IOException {
        this.source = source;
        this.size = size;
        this.server = vertx.createHttpServer().requestHandler(this::answer);
        try {
            server.listen(0, ADDRESS).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("no server could be started on " + ADDRESS + ": " + failed.getMessage(), failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped", stop);
        }
    }

    /**
     * Starts.
     *
     * @throws IOException when the source has no such bundle, or no port is free
     */
    public static LoopbackServer start(Vertx vertx, BundleSource source) throws IOException {
        return new LoopbackServer(vertx, source, source.size());
    }

    /** Where it is. */
    public String url() {
        return "http://" + ADDRESS + ":" + server.actualPort() + path;
    }

    /** How many bytes were read from the source so far. */
    public long bytesRead() {
        return read.get();
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        boolean head = request.method().equals(HttpMethod.HEAD);
        if (!path.equals(request.path()) || !(head || request.method().equals(HttpMethod.GET))) {
            response.setStatusCode(404).end();
            return;
        }
        Matcher range = RANGE.matcher(String.valueOf(request.getHeader("Range")));
        boolean part = range.matches();
        long from = part ? Long.parseLong(range.group(1)) : 0;
        long to = part && !range.group(2).isEmpty() ? Math.min(Long.parseLong(range.group(2)), size - 1) : size - 1;
        if (from > to) {
            response.setStatusCode(NOT_SATISFIABLE)
                    .putHeader("Content-Range", "bytes */" + size)
                    .end();
            return;
        }
        response.putHeader("Accept-Ranges", "bytes").putHeader("Content-Length", Long.toString(to - from + 1));
        if (part) {
            response.setStatusCode(PARTIAL).putHeader("Content-Range", "bytes " + from + "-" + to + "/" + size);
        }
        if (head) {
            response.end();
            return;
        }
        Thread.ofVirtual().name("bundle-stream").start(() -> send(response, from, to));
    }

    private void send(HttpServerResponse response, long from, long to) {
        try {
            for (long at = from; at <= to && !response.closed(); ) {
                byte[] piece = source.read(at, (int) Math.min(BundleSource.PIECE, to - at + 1));
                read.addAndGet(piece.length);
                response.write(Buffer.buffer(piece))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
                at += piece.length;
            }
            response.end();
        } catch (IOException | ExecutionException broken) {
            LOG.warnf("the bundle cannot be read on: %s", broken.getMessage());
            response.reset();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            response.reset();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
