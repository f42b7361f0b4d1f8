package dev.rwo.agent.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Docker Engine API as JSON trees over docker-java's transport.
 *
 * <p>Trees, not docker-java's typed models: a read-modify-write through those drops the fields they do not know, for
 * example placement preferences.
 */
final class DockerTransport implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** A busy engine under a storm of image loads answers late; the longest seen here was a few seconds. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final URI host;
    private final ObjectMapper json = new ObjectMapper();
    private static final int NOT_FOUND = 404;

    private final DockerHttpClient http;
    /** Streams (events, image loads) answer for as long as they live. */
    private final DockerHttpClient streams;

    DockerTransport(URI host) {
        this.host = host;
        this.http = client(host, ANSWER);
        this.streams = client(host, Duration.ZERO);
    }

    private static DockerHttpClient client(URI host, Duration answer) {
        ZerodepDockerHttpClient.Builder builder = new ZerodepDockerHttpClient.Builder()
                .dockerHost(host)
                .maxConnections(8)
                .connectionTimeout(CONNECT);
        return (answer.isZero() ? builder : builder.responseTimeout(answer)).build();
    }

    /**
     * Asks. A connection that the pool kept over a restart of the engine breaks at its first use, so a question whose
     * connection breaks is asked once more.
     */
    JsonNode get(String path) throws OrchestratorException {
        try {
            return call(DockerHttpClient.Request.Method.GET, path, null);
        } catch (OrchestratorException failed) {
            if (failed.getCause() instanceof RefusedException) {
                throw failed;
            }
            return call(DockerHttpClient.Request.Method.GET, path, null);
        }
    }

    JsonNode post(String path, JsonNode body) throws OrchestratorException {
        return call(DockerHttpClient.Request.Method.POST, path, body);
    }

    /** Deletes; what is gone already is no error. */
    void delete(String path) throws OrchestratorException {
        try {
            call(DockerHttpClient.Request.Method.DELETE, path, null);
        } catch (OrchestratorException failed) {
            if (!(failed.getCause() instanceof RefusedException answer) || answer.status() != NOT_FOUND) {
                throw failed;
            }
        }
    }

    private JsonNode call(DockerHttpClient.Request.Method method, String path, @Nullable JsonNode body)
            throws OrchestratorException {
        DockerHttpClient.Request.Builder request =
                DockerHttpClient.Request.builder().method(method).path(path);
        try {
            if (body != null) {
                request.bodyBytes(json.writeValueAsBytes(body)).putHeader("Content-Type", "application/json");
            }
            try (DockerHttpClient.Response response = http.execute(request.build())) {
                byte[] answer = response.getBody().readAllBytes();
                if (response.getStatusCode() >= 300) {
                    throw new RefusedException(response.getStatusCode(), message(answer));
                }
                return answer.length == 0 ? MissingNode.getInstance() : json.readTree(answer);
            }
        } catch (RefusedException refused) {
            throw new OrchestratorException(
                    "the engine refused " + method + " " + path + ": " + refused.getMessage(), refused);
        } catch (IOException | RuntimeException failed) {
            throw unreachable(failed);
        }
    }

    /**
     * Sends a body as a stream and hands over every JSON line of the answer.
     *
     * @param body the body, null for none
     * @param opened run once when the engine has accepted the request
     */
    void stream(
            DockerHttpClient.Request.Method method,
            String path,
            @Nullable InputStream body,
            Runnable opened,
            Consumer<JsonNode> lines)
            throws OrchestratorException {
        DockerHttpClient.Request.Builder request =
                DockerHttpClient.Request.builder().method(method).path(path);
        if (body != null) {
            request.body(body).putHeader("Content-Type", "application/x-tar");
        }
        try (DockerHttpClient.Response response = streams.execute(request.build())) {
            if (response.getStatusCode() >= 300) {
                throw new RefusedException(
                        response.getStatusCode(), message(response.getBody().readAllBytes()));
            }
            opened.run();
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(response.getBody(), StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    lines.accept(json.readTree(line));
                }
            }
        } catch (RefusedException refused) {
            throw new OrchestratorException(
                    "the engine refused " + method + " " + path + ": " + refused.getMessage(), refused);
        } catch (IOException | RuntimeException failed) {
            throw unreachable(failed);
        }
    }

    private OrchestratorException unreachable(Exception failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return new OrchestratorException("the engine does not answer on " + host + ": " + firstLine(why), failed);
    }

    private String message(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        try {
            text = json.readTree(answer).path("message").asText(text);
        } catch (JsonProcessingException notJson) {
            // The engine's own proxy answers in plain text: take it as it is.
            return firstLine(text);
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        return firstLine(text);
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("no reason given");
    }

    /** The engine answered with an error status. */
    static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
        streams.close();
    }
}
