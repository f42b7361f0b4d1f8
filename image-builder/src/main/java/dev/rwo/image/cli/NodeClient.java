package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.keys.Site;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a node's API as the site's operator. The node proves itself by the site's root: its certificate names localhost. */
final class NodeClient implements AutoCloseable {
    /** A node under slow emulation may take seconds for its first TLS handshake. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int API_PORT = 8443;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI base;

    NodeClient(Site site, int port) {
        this(site, URI.create("https://localhost:" + port + "/"));
    }

    /** For a node on the network. */
    static NodeClient of(Site site, String address) {
        try {
            URI base = URI.create("https://" + address + "/");
            return new NodeClient(
                    site, base.getPort() >= 0 ? base : URI.create("https://" + address + ":" + API_PORT + "/"));
        } catch (IllegalArgumentException e) {
            throw CommandException.badInput("'" + address + "' is not the address of a node: try 192.0.2.10");
        }
    }

    private NodeClient(Site site, URI base) {
        this.client = HttpClient.newBuilder()
                .sslContext(site.operatorTls())
                .connectTimeout(PATIENCE)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.base = base;
    }

    /**
     * @param path below the root, such as {@code api/v1/status}
     * @throws CommandException if the node does not answer, or not with 200
     */
    JsonNode get(String path) {
        return send(HttpRequest.newBuilder(base.resolve(path)).build());
    }

    /**
     * @throws CommandException if the node does not answer, or refuses
     */
    JsonNode post(String path, JsonNode body) {
        return send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    private JsonNode send(HttpRequest request) {
        URI address = request.uri();
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(request, (name, value) -> true)
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw CommandException.failed(address + " answered " + answer.statusCode() + detail(answer.body()));
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw CommandException.failed(address + " cannot be read: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted while reading " + address);
        }
    }

    private static String detail(String body) {
        try {
            String detail = JSON.readTree(body).path("detail").asText();
            return detail.isEmpty() ? "" : ": " + detail;
        } catch (IOException notJson) {
            return "";
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
