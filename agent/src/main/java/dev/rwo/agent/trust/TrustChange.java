package dev.rwo.agent.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/** What an operator can change of a site's trust; in JSON it travels from the node that was asked to the leader. */
public sealed interface TrustChange {

    /** IDs and names alike. */
    Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** A new gossip key. */
    record RotateGossip() implements TrustChange {}

    /**
     * Shuts a node out.
     *
     * @param node its ID or its name
     */
    record Revoke(String node) implements TrustChange {}

    /**
     * Lets a revoked node in again.
     *
     * @param node its ID or its name
     */
    record Pardon(String node) implements TrustChange {}

    /**
     * A new issuing authority, sealed by the workstation, and a new root if there is one.
     *
     * @param root PEM; empty when the root stays
     * @param endorsement of the root before it, Base64; empty when the root stays
     * @param certificate of the authority, PEM
     * @param sealedKey its key, sealed for the holders of the enrolment secret
     */
    record Replace(String root, String endorsement, String certificate, String sealedKey) implements TrustChange {
        /** Short. */
        @Override
        public String toString() {
            return root.isEmpty() ? "Replace[issuing]" : "Replace[root, issuing]";
        }
    }

    /** For the wire. */
    default ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return switch (this) {
            case RotateGossip ignored -> json.put("change", "rotate-gossip");
            case Revoke(String node) -> json.put("change", "revoke").put("node", node);
            case Pardon(String node) -> json.put("change", "pardon").put("node", node);
            case Replace replace ->
                json.put("change", "replace")
                        .put("root", replace.root())
                        .put("endorsement", replace.endorsement())
                        .put("certificate", replace.certificate())
                        .put("sealedKey", replace.sealedKey());
        };
    }

    /**
     * From the wire.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    static TrustChange parse(JsonNode json) {
        return switch (json.path("change").asText()) {
            case "rotate-gossip" -> new RotateGossip();
            case "revoke" -> new Revoke(node(json));
            case "pardon" -> new Pardon(node(json));
            case "replace" ->
                new Replace(
                        json.path("root").asText(),
                        json.path("endorsement").asText(),
                        json.path("certificate").asText(),
                        json.path("sealedKey").asText());
            default -> throw new IllegalArgumentException("which change? rotate-gossip, revoke, pardon or replace");
        };
    }

    private static String node(JsonNode json) {
        String node = json.path("node").asText();
        if (!NODE.matcher(node).matches()) {
            throw new IllegalArgumentException("which node? give its ID or its name");
        }
        return node;
    }
}
