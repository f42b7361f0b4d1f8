package dev.rwo.agent.upgrade.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rwo.firstboot.config.ProxyConfig;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {

    private static final int SIZE = 3 * BundleSource.PIECE + 12_345;

    @TempDir
    private Path directory;

    private final byte[] content = new byte[SIZE];
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        new Random(7).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    private WebSource source(Answer answer) {
        server.createContext("/b.raucb", exchange -> {
            try (exchange) {
                answer.give(exchange);
            }
        });
        return new WebSource(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/b.raucb"),
                ProxyConfig.NONE,
                Duration.ofMillis(300));
    }

    private void range(HttpExchange exchange, long total) throws IOException {
        String[] bounds = exchange.getRequestHeaders()
                .getFirst("Range")
                .substring("bytes=".length())
                .split("-", 2);
        int from = Integer.parseInt(bounds[0]);
        int to = Integer.parseInt(bounds[1]);
        exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + to + "/" + total);
        exchange.sendResponseHeaders(206, to - from + 1L);
        exchange.getResponseBody().write(content, from, to - from + 1);
    }

    @Test
    void readsPiecesFromAServer() throws IOException {
        WebSource web = source(exchange -> range(exchange, SIZE));
        assertThat(web.size()).isEqualTo(SIZE);
        assertThat(web.read(100, 1000)).isEqualTo(Arrays.copyOfRange(content, 100, 1100));
    }

    @Test
    void aWebPageIsNoBundle() {
        assertThatThrownBy(source(exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, 4);
                    exchange.getResponseBody().write("<br>".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                })::size)
                .hasMessageContaining("answers with a web page");
    }

    @Test
    void aServerWithoutRangesIsNamed() {
        assertThatThrownBy(source(exchange -> exchange.sendResponseHeaders(200, -1))::size)
                .hasMessageContaining("range requests");
    }

    @Test
    void aServerWithoutTheFileIsNamed() {
        assertThatThrownBy(source(exchange -> exchange.sendResponseHeaders(404, -1))::size)
                .hasMessageContaining("status 404 for /b.raucb");
    }

    @Test
    void aServerThatStallsIsGivenUpAndTheNextOneAsked() throws IOException {
        AtomicInteger stalls = new AtomicInteger();
        WebSource stalling = source(exchange -> {
            stalls.incrementAndGet();
            exchange.getResponseHeaders().add("Content-Range", "bytes 0-9/" + SIZE);
            exchange.sendResponseHeaders(206, 10);
        });
        assertThatThrownBy(() -> stalling.read(0, 10)).isInstanceOf(IOException.class);
        Path file = Files.write(directory.resolve("copy"), content);
        try (Patience both = new Patience(List.of(stalling, new FileSource(file)), 0)) {
            assertThat(both.read(0, 10)).isEqualTo(Arrays.copyOf(content, 10));
            int before = stalls.get();
            assertThat(both.read(10, 10)).isEqualTo(Arrays.copyOfRange(content, 10, 20));
            assertThat(stalls.get()).as("asked again though it stalled").isEqualTo(before);
        }
    }

    @Test
    void aServerThatLiesAboutWhatItGivesIsNotBelieved() {
        WebSource liar = source(exchange -> {
            exchange.getResponseHeaders().add("Content-Range", "bytes 5-14/" + SIZE);
            exchange.sendResponseHeaders(206, 10);
            exchange.getResponseBody().write(content, 0, 10);
        });
        assertThatThrownBy(() -> liar.read(0, 10)).hasMessageContaining("another part");
    }

    @Test
    void whatComesBackLaterIsWaitedFor() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        WebSource restarting = source(exchange -> {
            if (asked.incrementAndGet() < 4) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                range(exchange, SIZE);
            }
        });
        try (Patience patient = new Patience(List.of(restarting), 0)) {
            assertThat(patient.read(7, 9)).isEqualTo(Arrays.copyOfRange(content, 7, 16));
        }
    }

    @Test
    void raucReadsAnyRangeFromTheLoopbackServer() throws Exception {
        Path file = Files.write(directory.resolve("whole"), content);
        Vertx vertx = Vertx.vertx();
        try (LoopbackServer loopback = LoopbackServer.start(vertx, new ReadAhead(new FileSource(file)))) {
            int from = BundleSource.PIECE - 3;
            int to = 2 * BundleSource.PIECE + 5;
            HttpURLConnection part = open(loopback.url(), "bytes=" + from + "-" + to);
            assertThat(part.getResponseCode()).isEqualTo(206);
            assertThat(part.getHeaderField("Content-Range")).isEqualTo("bytes " + from + "-" + to + "/" + SIZE);
            assertThat(part.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOfRange(content, from, to + 1));
            try (InputStream whole = open(loopback.url(), "").getInputStream()) {
                assertThat(whole).hasSameContentAs(new ByteArrayInputStream(content));
            }
            assertThat(open(loopback.url(), "bytes=" + SIZE + "-").getResponseCode())
                    .isEqualTo(416);
            assertThat(open(loopback.url().replaceAll("/[^/]*$", "/other"), "").getResponseCode())
                    .isEqualTo(404);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static HttpURLConnection open(String url, String range) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        if (!range.isEmpty()) {
            connection.setRequestProperty("Range", range);
        }
        return connection;
    }
}
