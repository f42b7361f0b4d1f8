package dev.rwo.agent.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.agent.peer.PlainText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a node answers to a peer that introduces itself: {@code GET /api/v1/peer/hello}.
 *
 * @param nodeId the node's ID
 * @param boot random for each start of its agent
 * @param name the node's name
 * @param site the site's name
 * @param hardware hash of what identifies the machine, see {@link MemberDigest#hardware()}
 * @param gossip where its gossip listens, {@code ip:port}; empty while it does not
 * @param api where its API listens, {@code ip:port}
 * @param time what its clock says
 * @param trust version of the site's trust document that it holds
 * @param swarmId the swarm it is in, empty when in none
 * @param version the agent's version
 */
public record Hello(
        String nodeId,
        String boot,
        String name,
        String site,
        String hardware,
        String gossip,
        String api,
        Instant time,
        long trust,
        String swarmId,
        String version) {

    /** Where it is answered. */
    public static final String PATH = "/api/v1/peer/hello";

    private static final int LONGEST = 64;

    /** Of this node. */
    public static Hello of(Member self, String site, Instant now) {
        MemberDigest digest = self.digest();
        return new Hello(
                digest.nodeId(),
                self.boot(),
                digest.name(),
                site,
                digest.hardware(),
                self.address(),
                digest.api(),
                now,
                digest.trust(),
                digest.swarmId(),
                digest.version());
    }

    /** As it is sent. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("nodeId", nodeId)
                .put("boot", boot)
                .put("name", name)
                .put("site", site)
                .put("hardware", hardware)
                .put("gossip", gossip)
                .put("api", api)
                .put("time", time.toString())
                .put("trust", trust)
                .put("swarmId", swarmId)
                .put("version", version);
    }

    /** As it was received, every text cut and cleaned; empty when it is none. Fields of later versions are skipped. */
    public static Optional<Hello> from(JsonNode json) {
        Optional<Instant> time = instant(json.path("time").asText());
        String nodeId = text(json, "nodeId");
        if (time.isEmpty() || nodeId.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Hello(
                nodeId,
                text(json, "boot"),
                text(json, "name"),
                text(json, "site"),
                text(json, "hardware"),
                address(json, "gossip"),
                address(json, "api"),
                time.get(),
                json.path("trust").asLong(),
                text(json, "swarmId"),
                text(json, "version")));
    }

    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode json, String field) {
        return PlainText.of(json.path(field).asText(), LONGEST);
    }

    private static String address(JsonNode json, String field) {
        String text = json.path(field).asText();
        // Without a port it is no address of anything.
        return PeerAddress.parse(text, 0).map(PeerAddress::toString).orElse("");
    }
}
