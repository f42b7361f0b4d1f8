package dev.rwo.agent.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * A signed update, by what is in it.
 *
 * @param id SHA-256 of its manifest in hexadecimal digits, as RAUC tells it: names all that is in it, before a byte of that was read
 * @param version the OS version it brings
 */
public record Bundle(String id, OsVersion version) {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when the ID is none
     */
    public Bundle {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("a bundle's ID has 64 hexadecimal digits");
        }
    }

    /** As JSON. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("id", id).put("version", version.text());
    }

    /**
     * From JSON.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Bundle read(JsonNode json) {
        return new Bundle(
                json.path("id").asText(), new OsVersion(json.path("version").asText()));
    }
}
