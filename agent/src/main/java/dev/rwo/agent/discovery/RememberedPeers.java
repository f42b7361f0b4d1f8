package dev.rwo.agent.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * The last peers that proved themselves, kept over a restart: {@code /var/lib/rwo/peers.json}. Where multicast is
 * blocked and no seed is up, they are the way back. Safe for use by many threads.
 */
final class RememberedPeers {

    private static final Logger LOG = Logger.getLogger(RememberedPeers.class);

    static final int MOST = 64;

    /** Twice what {@value #MOST} entries need. */
    private static final int LARGEST_FILE = 32 * 1024;

    /** Flash memory is spared: what is lost in between is found again. */
    private static final Duration BETWEEN_WRITES = Duration.ofMinutes(1);

    private final Path file;
    private final AtomicFiles files = new AtomicFiles();

    /** Node ID to address; the one met last is the last. */
    private final Map<String, PeerAddress> peers = new LinkedHashMap<>();

    private boolean dirty;
    private Instant written = Instant.MIN;

    RememberedPeers(Path file) {
        this.file = file;
        read();
    }

    /** The addresses, the one met last first. */
    synchronized List<PeerAddress> addresses() {
        return List.copyOf(new ArrayList<>(peers.values()).reversed());
    }

    /** Remembers a peer. */
    synchronized void met(String nodeId, PeerAddress address) {
        PeerAddress before = peers.remove(nodeId);
        peers.put(nodeId, address);
        if (!address.equals(before)) {
            dirty = true;
        }
        if (peers.size() > MOST) {
            peers.remove(peers.keySet().iterator().next());
        }
    }

    /** Writes what is new, not too often. */
    synchronized void save(Instant now) {
        // A clock that was set back must not keep it from writing.
        boolean recently = !written.equals(Instant.MIN)
                && Duration.between(written, now).abs().compareTo(BETWEEN_WRITES) < 0;
        if (!dirty || recently) {
            return;
        }
        written = now;
        try {
            files.write(file, toJson().toPrettyString().getBytes(StandardCharsets.UTF_8), AtomicFiles.PRIVATE_FILE);
            dirty = false;
        } catch (IOException full) {
            LOG.warnf("the peers of this node cannot be remembered: %s", full.getMessage());
        }
    }

    private ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode rows = json.putArray("peers");
        peers.forEach(
                (nodeId, address) -> rows.addObject().put("nodeId", nodeId).put("api", address.toString()));
        return json;
    }

    private void read() {
        try (InputStream in = Files.newInputStream(file)) {
            for (JsonNode row :
                    new JsonMapper().readTree(in.readNBytes(LARGEST_FILE)).path("peers")) {
                String nodeId = row.path("nodeId").asText();
                if (!nodeId.isEmpty() && nodeId.length() <= 64 && peers.size() < MOST) {
                    PeerAddress.parse(row.path("api").asText(), PeerAddress.API_PORT)
                            .ifPresent(address -> peers.put(nodeId, address));
                }
            }
        } catch (NoSuchFileException first) {
            // Nobody was met yet.
        } catch (IOException damaged) {
            LOG.warnf("%s cannot be read and begins anew: %s", file, damaged.getMessage());
        }
    }
}
