package dev.rwo.agent.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.firstboot.NodeLayout;
import java.io.IOException;
import java.nio.file.Files;

/**
 * What this agent is.
 *
 * @param version its version
 * @param kind {@code native} or {@code jvm}; {@code development} outside an image
 */
public record AgentVersion(String version, String kind) {

    /** Reads what the build left beside the agent. */
    public static AgentVersion of(NodeLayout layout) {
        try {
            JsonNode info = new ObjectMapper().readTree(Files.readAllBytes(layout.buildInfo()));
            return new AgentVersion(
                    info.path("version").asText(), info.path("kind").asText());
        } catch (IOException notInAnImage) {
            return new AgentVersion("0", "development");
        }
    }
}
