package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.trust.EnrolmentException;
import dev.rwo.agent.trust.TrustOffice;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where a node without a certificate asks to be let in: open, and therefore counted, bounded and distrustful. */
@Path("/api/v1/enrol")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@PermitAll
public class EnrolResource {

    private final TrustOffice office;

    /** Answers for this node. */
    @Inject
    public EnrolResource(TrustOffice office) {
        this.office = office;
    }

    private TrustOffice.Parts parts() {
        return office.parts().orElseThrow(() -> new NotReadyException("the agent is starting: ask again in a moment"));
    }

    /** A number to use once. */
    @POST
    @Path("challenge")
    @Operation(summary = "A number that one request may use within a minute")
    public JsonNode challenge(@Context HttpServerRequest request) throws EnrolmentException {
        return parts().enrolment().challenge(request.remoteAddress().hostAddress());
    }

    /** The request. */
    @POST
    @Operation(summary = "Asks to be let in, proving the join secret")
    public JsonNode ask(JsonNode request, @Context HttpServerRequest from) throws EnrolmentException {
        return parts().enrolment().ask(from.remoteAddress().hostAddress(), request);
    }

    /** What became of it. */
    @GET
    @Path("{ticket}")
    @Operation(summary = "What became of a request: pending, or the certificate")
    public JsonNode poll(@PathParam("ticket") String ticket) throws EnrolmentException {
        return parts().enrolment().poll(ticket);
    }
}
