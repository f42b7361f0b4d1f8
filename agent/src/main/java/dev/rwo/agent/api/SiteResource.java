package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.Node;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.managers.Recovery;
import dev.rwo.agent.swarm.managers.SiteReport;
import dev.rwo.agent.swarm.managers.Survivor;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** All nodes of the site together, and bringing them back when the majority of managers is lost for good. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class SiteResource {

    private final Node node;
    private final ManagerProxy managers;

    /** Answers for this node's site. */
    @Inject
    public SiteResource(Node node, ManagerProxy managers) {
        this.node = node;
        this.managers = managers;
    }

    /** Every node, as the swarm and gossip see it; gossip's view alone where nobody can tell the swarm's. */
    @GET
    @Path("nodes")
    @Operation(summary = "Every node of the site: role, state, what gossip sees of it, what is wrong with it")
    public JsonNode nodes(@QueryParam(ManagerProxy.HERE) boolean here) {
        try {
            return managers.answer(here, "/api/v1/nodes", this::report);
        } catch (NotReadyException | BadRequestException | OrchestratorException unanswered) {
            SiteReport report = node.leadership().without(String.valueOf(unanswered.getMessage()));
            return named(report);
        }
    }

    private JsonNode report() {
        return named(node.leadership().report());
    }

    private JsonNode named(SiteReport report) {
        ObjectNode json = report.toJson();
        json.set("site", node.status().path("node").path("site"));
        return json;
    }

    /** Whether the site can be brought back from here, and what that would do; changes nothing. */
    @GET
    @Path("recover")
    @Operation(summary = "Whether this node may bring the site back after its majority was lost, and what would happen")
    public JsonNode judge() throws OrchestratorException {
        Survivor.Judgement judgement = node.recovery().judge();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("site", node.status().path("node").path("site"));
        json.put("kind", judgement.kind().name().toLowerCase(Locale.ROOT))
                .put("refusal", judgement.refusal())
                .put("here", judgement.lifts().contains(Survivor.Insistence.HERE))
                .put("althoughAlone", judgement.lifts().contains(Survivor.Insistence.ALTHOUGH_ALONE));
        judgement.lost().forEach(json.putArray("lost")::add);
        judgement.will().forEach(json.putArray("will")::add);
        return json;
    }

    /** Brings it back. */
    @POST
    @Path("recover")
    @RolesAllowed({"operator", "self"})
    @Operation(summary = "Makes this node alone the swarm: confirm (the site's name), here, althoughAlone, fromNothing")
    public JsonNode recover(@Nullable JsonNode body) throws OrchestratorException {
        if (body == null || !body.path("confirm").isTextual()) {
            throw new BadRequestException("to confirm, give the name of the site: {\"confirm\": \"NAME\"}");
        }
        try {
            String done = node.recovery()
                    .recover(new Recovery.Request(
                            body.path("confirm").asText(),
                            insisted(body),
                            body.path("fromNothing").asBoolean()));
            return JsonNodeFactory.instance.objectNode().put("done", done);
        } catch (IllegalArgumentException refused) {
            throw new BadRequestException(refused.getMessage(), refused);
        }
    }

    private static Set<Survivor.Insistence> insisted(JsonNode body) {
        Set<Survivor.Insistence> insisted = EnumSet.noneOf(Survivor.Insistence.class);
        if (body.path("here").asBoolean()) {
            insisted.add(Survivor.Insistence.HERE);
        }
        if (body.path("althoughAlone").asBoolean()) {
            insisted.add(Survivor.Insistence.ALTHOUGH_ALONE);
        }
        return insisted;
    }
}
