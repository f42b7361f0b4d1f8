package dev.rwo.agent.membership.gossip;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The digest as it travels: JSON, so that members of different versions understand each other. Fields that are not known
 * are passed over, those that are missing are empty; lengths and characters are bounded, for names end in terminals.
 */
final class DigestJson {

    static final int MAX_BYTES = 4096;
    private static final int MAX_TEXT = 128;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(MAX_BYTES)
                    .maxNameLength(64)
                    .maxNumberLength(20)
                    .build())
            .build());

    private DigestJson() {}

    static byte[] write(MemberDigest digest) {
        ObjectNode json = JSON.createObjectNode();
        text(json, "nodeId", digest.nodeId());
        text(json, "name", digest.name());
        text(json, "hardware", digest.hardware());
        text(json, "api", digest.api());
        text(json, "role", digest.role().name().toLowerCase(Locale.ROOT));
        text(json, "swarmId", digest.swarmId());
        text(json, "swarmNode", digest.swarmNode());
        if (digest.swarmUsed()) {
            json.put("swarmUsed", true);
        }
        number(json, "epoch", digest.epoch());
        if (digest.leaderless()) {
            json.put("leaderless", true);
        }
        if (digest.candidate()) {
            json.put("candidate", true);
        }
        number(json, "trust", digest.trust());
        text(json, "profile", digest.profile());
        text(json, "wireGuardKey", digest.wireGuardKey());
        text(json, "fabricAddress", digest.fabricAddress());
        text(json, "version", digest.version());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void text(ObjectNode json, String field, String value) {
        if (!value.isEmpty()) {
            json.put(field, clean(value));
        }
    }

    private static void number(ObjectNode json, String field, long value) {
        if (value != 0) {
            json.put(field, value);
        }
    }

    static MemberDigest read(byte[] bytes) throws RefusedException {
        if (bytes.length > MAX_BYTES) {
            throw new RefusedException(Refusal.MALFORMED_DIGEST, bytes.length + " bytes");
        }
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (IOException e) {
            throw new RefusedException(Refusal.MALFORMED_DIGEST, "no JSON");
        }
        if (json == null || !json.isObject() || text(json, "nodeId").isEmpty()) {
            throw new RefusedException(Refusal.MALFORMED_DIGEST, "no node ID");
        }
        return new MemberDigest(
                text(json, "nodeId"),
                text(json, "name"),
                text(json, "hardware"),
                text(json, "api"),
                role(text(json, "role")),
                text(json, "swarmId"),
                text(json, "swarmNode"),
                json.path("swarmUsed").asBoolean(),
                number(json, "epoch"),
                json.path("leaderless").asBoolean(),
                json.path("candidate").asBoolean(),
                number(json, "trust"),
                text(json, "profile"),
                text(json, "wireGuardKey"),
                text(json, "fabricAddress"),
                text(json, "version"));
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() ? clean(value.asText()) : "";
    }

    private static long number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isIntegralNumber() && value.canConvertToLong() ? Math.max(0, value.asLong()) : 0;
    }

    /** A role of a later version is none that we know. */
    private static SwarmRole role(String word) {
        for (SwarmRole role : SwarmRole.values()) {
            if (role.name().equalsIgnoreCase(word)) {
                return role;
            }
        }
        return SwarmRole.NONE;
    }

    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), MAX_TEXT));
        text.codePoints().limit(MAX_TEXT).forEach(point -> clean.appendCodePoint(isHarmless(point) ? point : '?'));
        return clean.toString();
    }

    /** Letters, digits and what ASCII prints; nothing that moves a cursor or turns the direction of writing. */
    private static boolean isHarmless(int point) {
        return (point >= ' ' && point <= '~') || Character.isLetterOrDigit(point);
    }
}
