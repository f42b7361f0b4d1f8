package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.agent.node.NodeTls;
import dev.rwo.agent.node.PreparedNode;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.CredentialException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Asks the agent of this node, with the node's own certificate.
 *
 * <p>{@link HttpsURLConnection} rather than {@code java.net.http}: it starts in a third of the time, and a command line
 * asks once.
 */
final class NodeClient {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** The agent answers at once, except when it asks an engine that is just starting. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    /** To change something may take the engine twenty seconds, and a minute to come up after it. */
    private static final Duration WORK = Duration.ofMinutes(3);

    private final NodeLayout layout = NodeLayout.of(PreparedNode.rootFromEnvironment());
    private final URI base = URI.create(System.getenv().getOrDefault("RWO_API", "https://localhost:8443"));
    private final ObjectMapper json = new ObjectMapper();

    NodeLayout layout() {
        return layout;
    }

    JsonNode get(String path) throws NodeClientException, UsageException {
        return ask(path, null);
    }

    JsonNode post(String path, JsonNode body) throws NodeClientException, UsageException {
        return ask(path, body);
    }

    private JsonNode ask(String path, @Nullable JsonNode body) throws NodeClientException, UsageException {
        if (!Files.isReadable(layout.nodeKey())) {
            throw new NodeClientException(
                    Files.exists(layout.state()) && !Files.isReadable(layout.state())
                            ? "only root may ask the agent: try sudo rwo"
                            : layout.nodeKey() + " cannot be read: the agent has not made this node's identity yet,"
                                    + " or you are not root");
        }
        try {
            HttpsURLConnection connection =
                    (HttpsURLConnection) base.resolve(path).toURL().openConnection();
            connection.setSSLSocketFactory(NodeTls.ofThisNode(layout).getSocketFactory());
            connection.setConnectTimeout((int) CONNECT.toMillis());
            connection.setReadTimeout((int) (body == null ? ANSWER : WORK).toMillis());
            if (body != null) {
                connection.setRequestMethod("POST");
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(json.writeValueAsBytes(body));
                }
            }
            return answer(connection);
        } catch (ConnectException refused) {
            throw new NodeClientException("the agent does not answer on " + base + ": see systemctl status rwo-agent");
        } catch (IOException | CredentialException failed) {
            throw new NodeClientException("asking the agent on " + base + " failed: " + failed.getMessage());
        }
    }

    private JsonNode answer(HttpsURLConnection connection) throws IOException, NodeClientException, UsageException {
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
            try (InputStream body = connection.getInputStream()) {
                return json.readTree(body);
            }
        }
        String detail = "status " + status;
        try (InputStream body = connection.getErrorStream()) {
            if (body != null) {
                JsonNode problem = json.readTree(body);
                detail = problem.path("detail").asText(detail);
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException notJson) {
            detail = "status " + status + " without a reason";
        }
        if (status == HttpURLConnection.HTTP_BAD_REQUEST) {
            throw new UsageException(detail);
        }
        throw new NodeClientException(detail);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
