package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.Node;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.formation.JoinRequest;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Where boxes of the site ask a manager to let them into the swarm. For nodes of the site only. */
@Path("/api/v1/peer/join")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class JoinResource {

    private final Node node;
    private final SecurityIdentity caller;

    /** Answers for this node. */
    @Inject
    public JoinResource(Node node, SecurityIdentity caller) {
        this.node = node;
        this.caller = caller;
    }

    /** A worker's join token, or why not; or whether the swarm knows the node that asks. */
    @POST
    @Operation(summary = "A node of the site asks to join the swarm, or whether it still belongs to it")
    public JsonNode join(@Nullable JsonNode body) throws OrchestratorException {
        if (body == null) {
            throw new BadRequestException("the body must say who asks");
        }
        try {
            return node.formation()
                    .answers()
                    .join(JoinRequest.fromJson(body), CallerId.of(caller))
                    .toJson();
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }
}
