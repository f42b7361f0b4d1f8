package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What this node's clock says: a box whose clock is wrong cannot use its certificate, and asks here. */
@Path("/api/v1/time")
@Produces(MediaType.APPLICATION_JSON)
public class TimeResource {

    /** For the server. */
    public TimeResource() {}

    /** The time. */
    @GET
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
