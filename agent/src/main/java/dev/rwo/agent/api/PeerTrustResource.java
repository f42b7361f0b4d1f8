package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.trust.EnrolmentException;
import dev.rwo.agent.trust.TrustOffice;
import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What nodes of the site ask each other about trust. */
@Path("/api/v1/peer/trust")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("node")
public class PeerTrustResource {

    private final TrustOffice office;
    private final SecurityIdentity peer;

    /** Answers for this node. */
    @Inject
    public PeerTrustResource(TrustOffice office, SecurityIdentity peer) {
        this.office = office;
        this.peer = peer;
    }

    private TrustOffice.Parts parts() {
        return office.parts().orElseThrow(() -> new NotReadyException("the agent is starting: ask again in a moment"));
    }

    /** The document, gossip keys and all. */
    @GET
    @Operation(summary = "The trust document; secret")
    public JsonNode document() {
        return parts().desk()
                .store()
                .document()
                .map(TrustDocument::toTree)
                .orElseThrow(() -> new NotReadyException("this node has no site"));
    }

    /** What the leader of a rotation must know of this node. */
    @GET
    @Path("holder")
    @Operation(summary = "The version held, and the authority of the certificate shown")
    public JsonNode holder() {
        return parts().desk().holder();
    }

    /** A change that another node was asked for and cannot make; only from one that proves to hold the issuing key. */
    @POST
    @Path("change")
    @Operation(summary = "A change of trust, passed on to a manager, signed with the issuing key")
    public JsonNode change(JsonNode request) throws TrustException, IOException, OrchestratorException {
        try {
            return parts().desk().changeFor(request);
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    /** A turn in the rotation of all nodes' keys. */
    @POST
    @Path("rekey")
    @Operation(summary = "Makes this node's key and certificate anew")
    public JsonNode rekey() {
        return JsonNodeFactory.instance.objectNode().put("done", parts().rekey().run());
    }

    /** A new certificate for a node that holds no issuing key. */
    @POST
    @Path("renew")
    @Operation(summary = "Signs a new certificate for the node that asks")
    public JsonNode renew(JsonNode request) throws EnrolmentException {
        Object id = peer.getAttribute("rwo.id");
        return parts().enrolment().renew(String.valueOf(id), request);
    }
}
