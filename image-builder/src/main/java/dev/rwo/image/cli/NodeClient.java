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

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI base;

    NodeClient(Site site, int port) {
        this.client = HttpClient.newBuilder()
                .sslContext(site.operatorTls())
                .connectTimeout(PATIENCE)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.base = URI.create("https://localhost:" + port + "/");
    }

    /**
     * @param path below the root, such as {@code api/v1/status}
     * @throws CommandException if the node does not answer, or not with 200
     */
    JsonNode get(String path) {
        URI address = base.resolve(path);
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(address).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw CommandException.failed(address + " answered " + answer.statusCode());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw CommandException.failed(address + " cannot be read: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted while reading " + address);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
