package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.Node;
import dev.rwo.agent.control.Decision;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.ServiceJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What this node is, how far it is, and why. Read only. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class NodeResource {

    private final Node node;
    private final ManagerProxy managers;

    /** Answers for this node, and through a manager for the swarm. */
    @Inject
    public NodeResource(Node node, ManagerProxy managers) {
        this.node = node;
        this.managers = managers;
    }

    /** Name, address, stages and what is wrong: what the display shows, open to anybody. */
    @GET
    @Path("status")
    @Operation(summary = "Name, address and readiness stages; needs no log-in")
    public JsonNode status() {
        return node.status();
    }

    /** The status with profile, labels and the node's place in the swarm. */
    @GET
    @Path("node")
    @Operation(summary = "Everything about this node: status, hardware profile, labels, swarm")
    public JsonNode node() throws OrchestratorException {
        ObjectNode json = node.status();
        json.set("profile", profile());
        json.set("labels", labels());
        return json;
    }

    /** The hardware profile. */
    @GET
    @Path("profile")
    @Operation(summary = "The hardware profile")
    public JsonNode profile() {
        return facts().profile().toJson();
    }

    /** What changed of the hardware's labels, the newest first. */
    @GET
    @Path("profile/history")
    @Operation(summary = "Changes of hardware labels with time, cause, old and new value; the newest first")
    public JsonNode history(
            @QueryParam("limit") @DefaultValue("100") String limit, @QueryParam("key") @DefaultValue("") String key)
            throws IOException {
        if (!limit.matches("[1-9]\\d{0,3}|10000")) {
            throw new BadRequestException("limit must be a number from 1 to 10000");
        }
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        node.hardwareHistory(Integer.parseInt(limit), key).forEach(rows::add);
        return rows;
    }

    /** The labels that follow from the hardware, and those that the swarm and the engine have. */
    @GET
    @Path("labels")
    @Operation(summary = "Labels: from the hardware, on the node in the swarm, and on the engine")
    public JsonNode labels() throws OrchestratorException {
        NodeFacts facts = facts();
        EngineState engine = node.orchestrator().engine();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("revision", facts.revision());
        json.set("hardware", object(facts.labels()));
        Optional<ClusterNode> own = node.leadership().own();
        own.ifPresent(self -> {
            json.put("availability", self.availability().word());
            json.set("swarm", object(self.labels()));
        });
        json.set("engine", object(engine.labels()));
        return json;
    }

    /** The site's services and how they are. */
    @GET
    @Path("services")
    @Operation(summary = "Services with their constraints and tasks")
    public JsonNode services(@QueryParam(ManagerProxy.HERE) boolean here) throws OrchestratorException {
        return managers.answer(here, "/api/v1/services", this::ownServices);
    }

    private JsonNode ownServices() throws OrchestratorException {
        return ServiceJson.write(node.orchestrator().services());
    }

    /** Why a service or a constraint can or cannot be placed. */
    @GET
    @Path("explain")
    @Operation(summary = "Why a service (by name) or a constraint (KEY==VALUE) can or cannot be placed, per node")
    public JsonNode explain(
            @QueryParam("subject") @Nullable String subject, @QueryParam(ManagerProxy.HERE) boolean here)
            throws OrchestratorException {
        if (subject == null || subject.isBlank()) {
            throw new BadRequestException("say what to explain: ?subject=SERVICE or ?subject=KEY==VALUE");
        }
        return managers.answer(
                here, "/api/v1/explain?subject=" + ManagerProxy.encoded(subject), () -> ownExplanation(subject));
    }

    private JsonNode ownExplanation(String subject) throws OrchestratorException {
        try {
            return node.explainer().explain(subject).toJson();
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    /** The last round of every controller. */
    @GET
    @Path("why")
    @Operation(summary = "What every controller last saw, decided and did")
    public JsonNode why() {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Decision decision : node.decisions()) {
            ObjectNode row = rows.addObject()
                    .put("controller", decision.controller())
                    .put("trigger", decision.trigger())
                    .put("at", decision.at().toString())
                    .put("view", decision.view())
                    .put("state", decision.verdict().state().id())
                    .put("reason", decision.verdict().reason());
            decision.steps().forEach(row.putArray("steps")::add);
        }
        return rows;
    }

    private NodeFacts facts() {
        return node.facts().orElseThrow(() -> new NotReadyException("the hardware profile is not ready yet"));
    }

    private static ObjectNode object(Map<String, String> labels) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        labels.forEach(object::put);
        return object;
    }
}
