package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.swarm.twonode.ReplicaException;
import dev.rwo.agent.swarm.twonode.TwoNodeAnswers;
import dev.rwo.agent.swarm.twonode.TwoNodeDesk;
import dev.rwo.agent.swarm.twonode.TwoNodeService;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What two boxes and their witness ask each other. For nodes of the site only. */
@Path("/api/v1/peer/twonode")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("node")
public class TwoNodeResource {

    private final TwoNodeDesk desk;
    private final SecurityIdentity caller;

    /** Answers for this node. */
    @Inject
    public TwoNodeResource(TwoNodeDesk desk, SecurityIdentity caller) {
        this.desk = desk;
        this.caller = caller;
    }

    private TwoNodeAnswers answers() {
        return desk.service()
                .map(TwoNodeService::answers)
                .orElseThrow(() -> new NotReadyException("the agent is starting: ask again in a moment"));
    }

    private String id() {
        return CallerId.of(caller);
    }

    private static JsonNode present(@Nullable JsonNode body) {
        if (body == null) {
            throw new BadRequestException("the body must be a JSON object");
        }
        return body;
    }

    /** The other of two boxes tells how it is. */
    @POST
    @Path("contact")
    @Operation(summary = "One of two boxes tells the other how it is, and hears the same")
    public JsonNode contact(@Nullable JsonNode question) {
        try {
            return answers().contact(id(), present(question));
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    /** One of two boxes asks this witness for the tie-break. */
    @POST
    @Path("lease")
    @Operation(summary = "One of two boxes asks this witness for the tie-break")
    public JsonNode lease(@Nullable JsonNode question) {
        try {
            return answers().lease(id(), present(question));
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    /** The standby asks what the swarm's state is. */
    @GET
    @Path("replica")
    @Operation(summary = "The standby asks for the replica of the swarm's state: checksum and size")
    public JsonNode replica() {
        try {
            return answers().replica(id());
        } catch (ReplicaException refused) {
            throw new NotReadyException(String.valueOf(refused.getMessage()));
        }
    }

    /** The standby fetches a piece of it. */
    @GET
    @Path("replica/chunk")
    @Operation(summary = "A piece of the replica, base64; secret")
    public JsonNode chunk(
            @QueryParam("sha256") @DefaultValue("") String sha256,
            @QueryParam("offset") @DefaultValue("0") long offset) {
        try {
            return answers().replicaChunk(id(), sha256, offset);
        } catch (ReplicaException refused) {
            throw new NotReadyException(String.valueOf(refused.getMessage()));
        }
    }
}
