package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.Node;
import dev.rwo.agent.swarm.formation.Ballot;
import dev.rwo.agent.swarm.formation.Claim;
import io.quarkus.security.ForbiddenException;
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

/** Where candidates ask for this node's word while a swarm is founded. For nodes of the site only. */
@Path("/api/v1/peer/birth")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class BirthResource {

    private final Node node;
    private final SecurityIdentity caller;

    /** Answers for this node. */
    @Inject
    public BirthResource(Node node, SecurityIdentity caller) {
        this.node = node;
        this.caller = caller;
    }

    /** Gives this node's word, or says why not. */
    @POST
    @Path("claim")
    @Operation(summary = "A candidate asks for this node's word to found the site's swarm")
    public JsonNode claim(@Nullable JsonNode body) {
        if (body == null) {
            throw new BadRequestException("the body must be a claim");
        }
        try {
            Claim claim = Claim.fromJson(body);
            if (!claim.candidate().equals(CallerId.of(caller))) {
                throw new ForbiddenException("a node claims for itself only");
            }
            Ballot.Answer answer = node.formation().answers().claim(claim);
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("granted", answer.granted())
                    .put("reason", answer.reason());
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }
}
