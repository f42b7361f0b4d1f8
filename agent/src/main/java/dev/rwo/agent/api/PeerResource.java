package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.discovery.Discovery;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What nodes ask each other before they know each other. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public class PeerResource {

    private final Instance<Discovery> discovery;

    /** Of that node. */
    public PeerResource(Instance<Discovery> discovery) {
        this.discovery = discovery;
    }

    /** Who this is. */
    @GET
    @Path("peer/hello")
    @Operation(summary = "Who this node is; only for nodes of the site")
    public JsonNode hello() {
        if (!discovery.isResolvable()) {
            throw new NotReadyException("this node does not know its neighbours yet");
        }
        return discovery.get().hello().toJson();
    }

    /** What this node's clock says: a box whose clock is wrong cannot use its certificate, and asks here. */
    @GET
    @Path("time")
    @Operation(summary = "What this node's clock says; open to all")
    public JsonNode time() {
        return JsonNodeFactory.instance
                .objectNode()
                .put(
                        "time",
                        Clock.systemUTC()
                                .instant()
                                .truncatedTo(ChronoUnit.MILLIS)
                                .toString());
    }
}
