package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.discovery.Discovery;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What nodes ask each other before they know each other. */
@Path("/api/v1/peer")
@Produces(MediaType.APPLICATION_JSON)
public class PeerResource {

    private final Instance<Discovery> discovery;

    /** Of that node. */
    public PeerResource(Instance<Discovery> discovery) {
        this.discovery = discovery;
    }

    /** Who this is. */
    @GET
    @Path("hello")
    @Operation(summary = "Who this node is; only for nodes of the site")
    public JsonNode hello() {
        if (!discovery.isResolvable()) {
            throw new NotReadyException("this node does not know its neighbours yet");
        }
        return discovery.get().hello().toJson();
    }
}
