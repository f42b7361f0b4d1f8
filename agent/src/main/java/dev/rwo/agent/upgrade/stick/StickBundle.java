package dev.rwo.agent.upgrade.stick;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.upgrade.Bundle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A bundle's file on a stick.
 *
 * @param file where it is
 * @param bundle what it is; null when this box would not take it
 * @param problem why not; empty when it would
 */
public record StickBundle(Path file, @Nullable Bundle bundle, String problem) {

    /** The stick, by the name of its device, for example {@code sda1}. */
    public String stick() {
        return String.valueOf(file.resolveSibling("").getFileName());
    }

    /** As the API tells it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("stick", stick())
                .put("file", file.toString())
                .put("problem", problem)
                .put("text", toString());
        return bundle == null ? json : json.setAll(bundle.toJson());
    }

    @Override
    public String toString() {
        String name = "stick " + stick() + ": " + file.getFileName();
        return bundle == null
                ? name + " cannot be used: " + problem
                : name + " is version " + bundle.version()
                        + " for this site; to upgrade the site: rwo upgrade start stick";
    }
}
