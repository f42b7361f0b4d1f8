package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.Node;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.UpgradeException;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** How an operator upgrades this one box. */
@Path("/api/v1/upgrade/node")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"operator", "self"})
public class NodeUpgradeResource {

    private final Node node;

    /** Answers for this node. */
    @Inject
    public NodeUpgradeResource(Node node) {
        this.node = node;
    }

    /** How this box stands with its OS. */
    @GET
    @Operation(summary = "Which OS version this box runs, and what is under way to another")
    public JsonNode look() {
        return node.upgrades().look().toJson();
    }

    /** Install a bundle into the other slot. */
    @POST
    @Path("install")
    @Operation(summary = "Checks the bundle at source (a URL, or a file on this box) and begins to install it")
    public JsonNode install(@Nullable JsonNode body) throws UpgradeException {
        JsonNode order = PeerUpgradeResource.present(body);
        String source = order.path("source").asText();
        if (source.isEmpty()) {
            throw new BadRequestException("source must say where the bundle is");
        }
        Bundle bundle = node.upgrades().inspect(source);
        node.upgrades().stage(bundle, List.of(source), order.path("allowOlder").asBoolean());
        return look();
    }

    /** Restart into it. */
    @POST
    @Path("boot")
    @Operation(summary = "Restarts this box into the version that is staged")
    public JsonNode boot(@Nullable JsonNode body) throws UpgradeException {
        node.upgrades().boot(PeerUpgradeResource.version(body));
        return look();
    }

    /** Allow a version again. */
    @POST
    @Path("clear")
    @Operation(summary = "Allows a version again that failed on this box")
    public JsonNode clear(@Nullable JsonNode body) throws UpgradeException {
        node.upgrades().clear(PeerUpgradeResource.version(body));
        return look();
    }
}
