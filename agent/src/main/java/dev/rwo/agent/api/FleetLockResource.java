package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.upgrade.UpgradeException;
import dev.rwo.agent.upgrade.campaign.CampaignOffice;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * FleetLock: another tool asks before it restarts its box, by the
 * <a href="https://coreos.github.io/zincati/development/fleetlock/protocol/">protocol</a>, and gets the lock that upgrades
 * take. With a node's certificate it speaks for that node; with an operator's, for the one that {@code id} names. There is
 * one lock for all groups.
 */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"node", "operator", "self"})
public class FleetLockResource {

    private final CampaignOffice office;
    private final SecurityIdentity caller;

    /** Answers for this node's site. */
    @Inject
    public FleetLockResource(CampaignOffice office, SecurityIdentity caller) {
        this.office = office;
        this.caller = caller;
    }

    /** A box wants to restart. */
    @POST
    @Path("pre-reboot")
    @Operation(summary = "FleetLock: takes the lock for a restart; 200 once the node is drained, 409 until then")
    public Response preReboot(@HeaderParam("fleet-lock-protocol") @Nullable String protocol, @Nullable JsonNode body) {
        return ask("pre-reboot", protocol, body);
    }

    /** A box has restarted. */
    @POST
    @Path("steady-state")
    @Operation(summary = "FleetLock: gives the lock back; the node takes tasks again when the swarm finds it well")
    public Response steadyState(
            @HeaderParam("fleet-lock-protocol") @Nullable String protocol, @Nullable JsonNode body) {
        return ask("steady-state", protocol, body);
    }

    private Response ask(String order, @Nullable String protocol, @Nullable JsonNode body) {
        JsonNode client = body == null ? JsonNodeFactory.instance.objectNode() : body.path("client_params");
        String id = client.path("id").asText();
        if (!"true".equals(protocol)) {
            return error(
                    Response.Status.BAD_REQUEST,
                    "no_protocol_header",
                    "the header fleet-lock-protocol: true is missing");
        }
        if (id.isEmpty() || client.path("group").asText().isEmpty()) {
            return error(Response.Status.BAD_REQUEST, "bad_request", "client_params must have id and group");
        }
        try {
            JsonNode answer = UpgradeResource.desk(office)
                    .order(JsonNodeFactory.instance
                            .objectNode()
                            .put("order", order)
                            .put("id", id)
                            .put("caller", CallerId.of(caller)));
            return answer.path("granted").asBoolean()
                    ? Response.ok(JsonNodeFactory.instance.objectNode()).build()
                    : error(
                            Response.Status.CONFLICT,
                            answer.path("kind").asText(),
                            answer.path("value").asText());
        } catch (UpgradeException | OrchestratorException | NotReadyException unanswered) {
            return error(Response.Status.SERVICE_UNAVAILABLE, "no_answer", String.valueOf(unanswered.getMessage()));
        }
    }

    private static Response error(Response.Status status, String kind, String value) {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("kind", kind).put("value", value);
        return Response.status(status).entity(json).build();
    }
}
