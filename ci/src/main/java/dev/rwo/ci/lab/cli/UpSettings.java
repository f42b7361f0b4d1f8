package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.ci.lab.LabException;
import dev.rwo.ci.lab.LabNetwork;
import dev.rwo.ci.lab.LabSite;
import dev.rwo.keys.SiteName;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code lab up} was told.
 *
 * @param nodes how many
 * @param site the site's name
 * @param seed decides which frames are lost
 * @param credential whether the seeds carry the site's credential
 * @param rwoYaml more lines for everybody's rwo.yaml
 * @param environment for the agents
 */
record UpSettings(
        int nodes, String site, long seed, boolean credential, String rwoYaml, Map<String, String> environment) {

    /** Checks what can be checked before anything is started. */
    UpSettings {
        LabNetwork.checkNumber(nodes);
        var _ = new SiteName(site);
    }

    String toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("nodes", nodes).put("site", site).put("seed", seed);
        json.put("credential", credential).put("rwoYaml", rwoYaml);
        ObjectNode variables = json.putObject("environment");
        environment.forEach(variables::put);
        return json.toString();
    }

    static UpSettings fromJson(String text) {
        try {
            JsonNode json = new ObjectMapper().readTree(text);
            Map<String, String> environment = new TreeMap<>();
            json.path("environment")
                    .properties()
                    .forEach(each ->
                            environment.put(each.getKey(), each.getValue().asText()));
            return new UpSettings(
                    json.path("nodes").asInt(),
                    json.path("site").asText(),
                    json.path("seed").asLong(),
                    json.path("credential").asBoolean(),
                    json.path("rwoYaml").asText(),
                    environment);
        } catch (JsonProcessingException notOurs) {
            throw new LabException("the warden was started with settings it cannot read", notOurs);
        }
    }

    LabSite start() {
        LabSite.Builder builder =
                LabSite.builder().nodes(nodes).name(site).seed(seed).rwoYaml(rwoYaml);
        environment.forEach(builder::environment);
        return credential ? builder.start() : builder.withoutCredential().start();
    }
}
