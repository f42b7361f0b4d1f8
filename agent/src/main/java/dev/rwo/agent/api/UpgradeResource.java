package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.Node;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.upgrade.UpgradeException;
import dev.rwo.agent.upgrade.campaign.CampaignDesk;
import dev.rwo.agent.upgrade.campaign.CampaignOffice;
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
import java.nio.file.InvalidPathException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The site's rolling upgrade: how it stands, and an operator's orders. Every box answers. */
@Path("/api/v1/upgrade")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class UpgradeResource {

    private final CampaignOffice office;
    private final Node node;

    /** Answers for this node's site. */
    @Inject
    public UpgradeResource(CampaignOffice office, Node node) {
        this.office = office;
        this.node = node;
    }

    private CampaignDesk desk() {
        return desk(office);
    }

    static CampaignDesk desk(CampaignOffice office) {
        return office.desk().orElseThrow(() -> new NotReadyException("the agent is starting: ask again in a moment"));
    }

    /** How it stands. */
    @GET
    @Operation(summary = "How the site's upgrade stands: state, reason, and what each node waits for")
    public JsonNode status() throws UpgradeException, OrchestratorException {
        return desk().status();
    }

    /** What is on sticks in this box. */
    @GET
    @Path("sticks")
    @Operation(summary = "Bundles on sticks that are plugged into this node")
    public JsonNode sticks() {
        ArrayNode found = JsonNodeFactory.instance.arrayNode();
        node.sticks().look().forEach(stick -> found.add(stick.toJson()));
        return found;
    }

    /** Takes a file of this box among its stored bundles, so that one can begin with it. */
    @POST
    @Path("import")
    @RolesAllowed({"operator", "self"})
    @Operation(
            summary = "Checks and stores a bundle that is a file on this node: {\"file\": PATH}; answers {id, version}")
    public JsonNode take(@Nullable JsonNode body) throws UpgradeException {
        if (body == null || !body.path("file").isTextual()) {
            throw new BadRequestException("which file? {\"file\": PATH}");
        }
        try {
            return desk().take(java.nio.file.Path.of(body.path("file").asText()));
        } catch (InvalidPathException wrong) {
            throw new BadRequestException("that is no file's name: " + wrong.getInput(), wrong);
        }
    }

    /** Begins one. */
    @POST
    @Path("start")
    @RolesAllowed({"operator", "self"})
    @Operation(
            summary = "Starts an upgrade: url, or bundle {id, version} stored on this node; window, maxUnavailable,"
                    + " canary, allowOlder")
    public JsonNode start(@Nullable JsonNode order) throws UpgradeException, OrchestratorException {
        try {
            return desk().start(
                            order == null ? JsonNodeFactory.instance.objectNode() : order,
                            node.status().path("node").path("id").asText());
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    /** Takes no further box. */
    @POST
    @Path("halt")
    @RolesAllowed({"operator", "self"})
    @Operation(summary = "Takes no further node; one that restarts already finishes that")
    public JsonNode halt() throws UpgradeException, OrchestratorException {
        return desk().order(order("halt"));
    }

    /** Goes on. */
    @POST
    @Path("resume")
    @RolesAllowed({"operator", "self"})
    @Operation(summary = "Goes on, and tries again what failed")
    public JsonNode resume() throws UpgradeException, OrchestratorException {
        return desk().order(order("resume"));
    }

    /** Gives it up. */
    @POST
    @Path("abort")
    @RolesAllowed({"operator", "self"})
    @Operation(summary = "Gives the upgrade up: nodes in hand are given back, stored bundles removed")
    public JsonNode abort() throws UpgradeException, OrchestratorException {
        return desk().order(order("abort"));
    }

    /** A box is not waited for any more. */
    @POST
    @Path("unlock")
    @RolesAllowed({"operator", "self"})
    @Operation(summary = "Waits no longer for a node that restarts: {\"node\": NAME}")
    public JsonNode unlock(@Nullable JsonNode body) throws UpgradeException, OrchestratorException {
        if (body == null || !body.path("node").isTextual()) {
            throw new BadRequestException("which node? {\"node\": NAME}");
        }
        return desk().order(order("unlock").put("node", body.path("node").asText()));
    }

    private static ObjectNode order(String word) {
        return JsonNodeFactory.instance.objectNode().put("order", word);
    }
}
