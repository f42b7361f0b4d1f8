package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What a worker passes on to this manager: an operator's orders and questions. For nodes of the site only. */
@Path(CampaignDesk.PEER_PATH)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("node")
public class PeerCampaignResource {

    private final CampaignOffice office;

    /** Answers for this node. */
    @Inject
    public PeerCampaignResource(CampaignOffice office) {
        this.office = office;
    }

    /** How this manager sees the campaign. */
    @GET
    @Operation(summary = "How this manager sees the site's upgrade; only for nodes of the site")
    public JsonNode status() throws UpgradeException {
        return UpgradeResource.desk(office).statusHere();
    }

    /** An order that was given on another box; never passed on again. */
    @POST
    @Operation(summary = "An order that was given on another node; only for nodes of the site")
    public JsonNode order(@Nullable JsonNode order) throws UpgradeException, OrchestratorException {
        if (order == null) {
            throw new BadRequestException("the body must be a JSON object");
        }
        try {
            return UpgradeResource.desk(office).orderHere(order);
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }
}
