package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.Node;
import dev.rwo.agent.swarm.OrchestratorException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What an operator does to this node's part in the swarm. */
@Path("/api/v1/swarm")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class SwarmResource {

    private final Node node;

    /** Answers for this node. */
    @Inject
    public SwarmResource(Node node) {
        this.node = node;
    }

    /** Leaves the swarm named in the body for the other one in sight. */
    @POST
    @Path("dissolve")
    @RolesAllowed({"operator", "self"})
    @Operation(summary = "This node gives up the swarm named swarmId and joins the other one of the site")
    public JsonNode dissolve(@Nullable JsonNode body) throws OrchestratorException, IOException {
        String swarmId = body == null ? "" : body.path("swarmId").asText("");
        if (swarmId.isEmpty() || swarmId.length() > 64) {
            throw new BadRequestException("swarmId must name the swarm to give up");
        }
        try {
            node.formation().dissolve(swarmId);
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
        return JsonNodeFactory.instance.objectNode().put("dissolved", swarmId);
    }
}
