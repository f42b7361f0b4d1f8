package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.trust.EnrolmentException;
import dev.rwo.agent.upgrade.UpgradeException;
import dev.rwo.keys.TrustException;
import io.quarkus.security.ForbiddenException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Errors as problem documents, RFC 9457. */
public final class Problems {

    private static final String MEDIA_TYPE = "application/problem+json";

    /** Bad input. */
    @ServerExceptionMapper
    public Response badRequest(BadRequestException wrong) {
        return problem(Response.Status.BAD_REQUEST, String.valueOf(wrong.getMessage()));
    }

    /** Too early. */
    @ServerExceptionMapper
    public Response notReady(NotReadyException early) {
        return problem(Response.Status.SERVICE_UNAVAILABLE, String.valueOf(early.getMessage()));
    }

    /** Known, but not allowed this. */
    @ServerExceptionMapper
    public Response forbidden(ForbiddenException wrong) {
        return problem(Response.Status.FORBIDDEN, String.valueOf(wrong.getMessage()));
    }

    /** The engine does not answer, or this node cannot answer for the swarm. */
    @ServerExceptionMapper
    public Response engine(OrchestratorException unanswered) {
        return problem(Response.Status.SERVICE_UNAVAILABLE, String.valueOf(unanswered.getMessage()));
    }

    /** A change of trust that makes no sense, or cannot be made now. */
    @ServerExceptionMapper
    public Response trust(TrustException refused) {
        return problem(Response.Status.CONFLICT, String.valueOf(refused.getMessage()));
    }

    /** A node that asks to be let in and may not. */
    @ServerExceptionMapper
    public Response enrolment(EnrolmentException refused) {
        Response.Status status = switch (refused.kind()) {
            case MALFORMED -> Response.Status.BAD_REQUEST;
            case TOO_MANY -> Response.Status.TOO_MANY_REQUESTS;
            case REFUSED -> Response.Status.FORBIDDEN;
            case UNKNOWN -> Response.Status.NOT_FOUND;
        };
        return problem(status, String.valueOf(refused.getMessage()));
    }

    /** An upgrade, or an order to one, that cannot be. */
    @ServerExceptionMapper
    public Response upgrade(UpgradeException refused) {
        return problem(Response.Status.CONFLICT, String.valueOf(refused.getMessage()));
    }

    /** Another node that was needed does not answer, or refuses. */
    @ServerExceptionMapper
    public Response peer(PeerException unanswered) {
        return problem(Response.Status.BAD_GATEWAY, String.valueOf(unanswered.getMessage()));
    }

    private static Response problem(Response.Status status, String detail) {
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "about:blank")
                        .put("title", status.getReasonPhrase())
                        .put("status", status.getStatusCode())
                        .put("detail", detail))
                .build();
    }
}
