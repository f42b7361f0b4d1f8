package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.Node;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.OsVersion;
import dev.rwo.agent.upgrade.UpgradeException;
import dev.rwo.agent.upgrade.UpgradeService;
import dev.rwo.agent.upgrade.source.BundleSource;
import dev.rwo.agent.upgrade.source.FileSource;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Where the leader of the site has this box upgraded, and others fetch the bundle. For nodes of the site only. */
@Path("/api/v1/peer/upgrade")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("node")
public class PeerUpgradeResource {

    private static final int MOST_SOURCES = 16;

    private final Node node;

    /** Answers for this node. */
    @Inject
    public PeerUpgradeResource(Node node) {
        this.node = node;
    }

    private UpgradeService upgrades() {
        return node.upgrades();
    }

    /** How this box stands with its OS. */
    @GET
    @Operation(summary = "Which OS version runs, and what is under way to another")
    public JsonNode look() {
        return upgrades().look().toJson();
    }

    /** Keep a bundle for others. */
    @POST
    @Path("store")
    @Operation(summary = "Begins to fetch a bundle and keeps it for other boxes")
    public JsonNode store(@Nullable JsonNode body) throws UpgradeException {
        upgrades().store(bundle(body), sources(body));
        return look();
    }

    /** Install it into the other slot. */
    @POST
    @Path("stage")
    @Operation(summary = "Begins to install a bundle into the slot that does not run")
    public JsonNode stage(@Nullable JsonNode body) throws UpgradeException {
        upgrades()
                .stage(
                        bundle(body),
                        sources(body),
                        body != null && body.path("allowOlder").asBoolean());
        return look();
    }

    /** Restart into it. */
    @POST
    @Path("boot")
    @Operation(summary = "Restarts the box into the version that is staged")
    public JsonNode boot(@Nullable JsonNode body) throws UpgradeException {
        upgrades().boot(version(body));
        return look();
    }

    /** Forget a bundle. */
    @POST
    @Path("discard")
    @Operation(summary = "Removes a bundle that was kept for other boxes")
    public JsonNode discard(@Nullable JsonNode body) {
        upgrades().discard(bundle(body));
        return look();
    }

    /** How large a kept bundle is. */
    @GET
    @Path("bundle/{id}")
    @Operation(summary = "How many bytes a kept bundle has")
    public JsonNode size(@PathParam("id") String id) throws IOException {
        return JsonNodeFactory.instance.objectNode().put("size", kept(id).size());
    }

    /** A piece of it. */
    @GET
    @Path("bundle/{id}/piece")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "A piece of a kept bundle")
    public byte[] piece(@PathParam("id") String id, @QueryParam("offset") long offset, @QueryParam("length") int length)
            throws IOException {
        BundleSource bundle = kept(id);
        if (offset < 0 || length < 1 || length > BundleSource.PIECE || offset + length > bundle.size()) {
            throw new BadRequestException("a piece is 1 to " + BundleSource.PIECE + " bytes within the bundle");
        }
        return bundle.read(offset, length);
    }

    private BundleSource kept(String id) {
        return upgrades().stored(id).map(FileSource::new).orElseThrow(() -> new NotFoundException("not kept here"));
    }

    private static Bundle bundle(@Nullable JsonNode body) {
        try {
            return Bundle.read(present(body));
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    static OsVersion version(@Nullable JsonNode body) {
        try {
            return new OsVersion(present(body).path("version").asText());
        } catch (IllegalArgumentException wrong) {
            throw new BadRequestException(wrong.getMessage(), wrong);
        }
    }

    private static List<String> sources(@Nullable JsonNode body) {
        List<String> sources = new ArrayList<>();
        present(body).path("sources").forEach(source -> sources.add(source.asText()));
        if (sources.size() > MOST_SOURCES) {
            throw new BadRequestException("at most " + MOST_SOURCES + " sources");
        }
        return sources;
    }

    static JsonNode present(@Nullable JsonNode body) {
        if (body == null || !body.isObject()) {
            throw new BadRequestException("the body must be a JSON object");
        }
        return body;
    }
}
