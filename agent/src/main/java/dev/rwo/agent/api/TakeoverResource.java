package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.swarm.twonode.TwoNodeDesk;
import dev.rwo.agent.swarm.twonode.TwoNodeService;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** How two boxes stand, and an operator's word that the other is off. */
@Path("/api/v1/takeover")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"operator", "self"})
public class TakeoverResource {

    private final TwoNodeDesk desk;

    /** Answers for this node. */
    @Inject
    public TakeoverResource(TwoNodeDesk desk) {
        this.desk = desk;
    }

    private TwoNodeService service() {
        return desk.service().orElseThrow(() -> new NotReadyException("the agent is starting: ask again in a moment"));
    }

    /** How two boxes stand. */
    @GET
    @Operation(summary = "How two boxes stand: mode, role, replica, and what would stand in the way of a takeover")
    public JsonNode state() {
        return service().describe();
    }

    /** The other box is off, says an operator: this one goes on alone. */
    @POST
    @Operation(summary = "Confirms that the other box is off, so that this one goes on alone")
    public JsonNode confirm() {
        String refusal = service().confirm();
        if (!refusal.isEmpty()) {
            throw new BadRequestException(refusal);
        }
        return service().describe();
    }
}
