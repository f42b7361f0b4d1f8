package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.trust.EnrolmentException;
import dev.rwo.agent.trust.TrustChange;
import dev.rwo.agent.trust.TrustOffice;
import dev.rwo.keys.TrustException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Keys of the site: what they are, new ones, and nodes shut out; for the operator and for this node's command line. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"operator", "self"})
public class TrustResource {

    private final TrustOffice office;

    /** Answers for this node. */
    @Inject
    public TrustResource(TrustOffice office) {
        this.office = office;
    }

    private TrustOffice.Parts parts() {
        return office.parts().orElseThrow(() -> new NotReadyException("the agent is starting: ask again in a moment"));
    }

    /** What is trusted; nothing secret. */
    @GET
    @Path("keys")
    @Operation(summary = "Authorities, gossip key generations, revoked nodes, and how far a rotation is")
    public JsonNode keys() {
        return parts().desk().show();
    }

    /** A new gossip key. */
    @POST
    @Path("keys/gossip")
    @Operation(summary = "Rotates the gossip key")
    public JsonNode gossip() throws TrustException, IOException, OrchestratorException, PeerException {
        return parts().desk().change(new TrustChange.RotateGossip());
    }

    /** A new key for this node, or for all, one after the other. */
    @POST
    @Path("keys/node")
    @Operation(summary = "Makes new keys and certificates: {\"all\": true} for every node, one after the other")
    public JsonNode node(JsonNode request) {
        if (!request.path("all").asBoolean()) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("done", parts().rekey().run());
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode nodes = answer.putArray("nodes");
        parts().desk()
                .rekeyAll(
                        parts().rekey(),
                        (name, line) -> nodes.addObject().put("name", name).put("done", line));
        return answer.put("done", nodes.size() + " nodes");
    }

    /** A new issuing authority, or root and authority; made by {@code ./rwo keys rotate} on the workstation. */
    @POST
    @Path("keys/authority")
    @RolesAllowed("operator")
    @Operation(summary = "Brings a new issuing authority, with its key sealed, and a new root if there is one")
    public JsonNode authority(JsonNode request)
            throws TrustException, IOException, OrchestratorException, PeerException {
        return parts().desk().change(replacement(request));
    }

    private static TrustChange replacement(JsonNode request) {
        try {
            return TrustChange.parse(request.isObject() ? ((ObjectNode) request).put("change", "replace") : request);
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    /** Shuts a node out. */
    @POST
    @Path("nodes/{id}/revoke")
    @Operation(summary = "Shuts a stolen node out: certificates, gossip, swarm")
    public JsonNode revoke(@PathParam("id") String id)
            throws TrustException, IOException, OrchestratorException, PeerException {
        return parts().desk().change(new TrustChange.Revoke(checked(id)));
    }

    /** Lets a revoked node in again. */
    @POST
    @Path("nodes/{id}/pardon")
    @Operation(summary = "Lets a revoked node in again")
    public JsonNode pardon(@PathParam("id") String id)
            throws TrustException, IOException, OrchestratorException, PeerException {
        return parts().desk().change(new TrustChange.Pardon(checked(id)));
    }

    /** Nodes that wait to be let in. */
    @GET
    @Path("enrolments")
    @Operation(summary = "Nodes that ask to be let in")
    public JsonNode enrolments() {
        return parts().enrolment().pending();
    }

    /** Lets a node in. */
    @POST
    @Path("enrolments/{code}/approve")
    @Operation(summary = "Lets a node in, by the code on its display")
    public JsonNode approve(@PathParam("code") String code) throws EnrolmentException {
        return parts().enrolment().approve(code);
    }

    private static String checked(String node) {
        if (!TrustChange.NODE.matcher(node).matches()) {
            throw new BadRequestException("which node? give its ID or its name");
        }
        return node;
    }
}
