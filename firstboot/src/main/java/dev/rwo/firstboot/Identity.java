package dev.rwo.firstboot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.firstboot.config.HostName;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.keys.SiteName;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is.
 *
 * @param id derived from the machine id, so that a lost file gives the same node again
 * @param name the operator's name for it, or {@code rwo-} and the first six digits of the id
 * @param site the site it belongs to; null while it has none
 * @param createdAt when this identity was made, by the clock of then
 */
public record Identity(UUID id, HostName name, @Nullable SiteName site, Instant createdAt) {

    /**
     * Reads the node's identity or makes it, and sees that it has a key and a certificate that fit.
     *
     * @param config gives the name, and the site of a node without credential
     */
    public static IdentityResult loadOrCreate(NodeLayout layout, NodeConfig config, Clock clock) {
        return loadOrCreate(layout, config, List.of(), clock);
    }

    /**
     * As {@link #loadOrCreate(NodeLayout, NodeConfig, Clock)}; a site's certificate that does not name all the addresses
     * is made anew, so that browsers accept the node at them.
     *
     * @param addresses where the node is reached; those that a certificate names beyond them do no harm
     */
    public static IdentityResult loadOrCreate(
            NodeLayout layout, NodeConfig config, Collection<InetAddress> addresses, Clock clock) {
        return new IdentityKeeper(layout, config, addresses, clock, new AtomicFiles()).run();
    }

    /** The name of a node that nobody named. */
    static HostName nameOf(UUID id) {
        return new HostName("rwo-" + id.toString().substring(0, 6));
    }

    byte[] toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id.toString());
        json.put("name", name.value());
        if (site != null) {
            json.put("site", site.value());
        }
        json.put("createdAt", createdAt.toString());
        return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Empty if this is not what {@link #toJson()} wrote. */
    static Optional<Identity> fromJson(byte[] content) {
        try {
            JsonNode json = new JsonMapper().readTree(new String(content, StandardCharsets.UTF_8));
            JsonNode site = json.path("site");
            return Optional.of(new Identity(
                    UUID.fromString(json.path("id").asText()),
                    new HostName(json.path("name").asText()),
                    site.isMissingNode() ? null : new SiteName(site.asText()),
                    Instant.parse(json.path("createdAt").asText())));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
