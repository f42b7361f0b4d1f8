package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Services as one agent tells another, and as operators' tools read them. */
public final class ServiceJson {

    private ServiceJson() {}

    /** Writes them. */
    public static ArrayNode write(List<ServiceState> services) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (ServiceState service : services) {
            ObjectNode row = rows.addObject()
                    .put("id", service.id())
                    .put("name", service.name())
                    .put("stack", service.stack())
                    .put("image", service.image())
                    .put("desired", service.desired())
                    .put("running", service.running());
            service.constraints().forEach(row.putArray("constraints")::add);
            service.pending().forEach(row.putArray("pending")::add);
        }
        return rows;
    }

    /** Reads them; what is missing is empty. */
    public static List<ServiceState> read(JsonNode rows) {
        List<ServiceState> services = new ArrayList<>();
        for (JsonNode row : rows) {
            services.add(new ServiceState(
                    row.path("id").asText(),
                    row.path("name").asText(),
                    row.path("stack").asText(),
                    row.path("image").asText(),
                    texts(row.path("constraints")),
                    row.path("desired").asInt(),
                    row.path("running").asInt(),
                    texts(row.path("pending"))));
        }
        return services;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
