package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.Node;
import dev.rwo.agent.swarm.NodeJson;
import dev.rwo.agent.swarm.OrchestratorException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What nodes and their leader tell each other of labels. */
@Path("/api/v1/peer")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class PeerLabelsResource {

    private static final int MOST_KEYS = 1000;

    private final Node node;

    /** Answers for this node. */
    @Inject
    public PeerLabelsResource(Node node) {
        this.node = node;
    }

    /** What this box's hardware says. */
    @GET
    @Path("labels")
    @Operation(summary = "This node's hardware labels, for the leader; only for nodes of the site")
    public JsonNode labels() {
        return node.leadership()
                .labels()
                .orElseThrow(() -> new NotReadyException("the hardware profile is not ready yet"))
                .toJson();
    }

    /** The leader took labels away that this box's rules once set. */
    @POST
    @Path("labels/released")
    @Operation(summary = "Labels of rules that are gone are no longer in the swarm; only for nodes of the site")
    public JsonNode released(@Nullable JsonNode body) {
        JsonNode keys = body == null ? JsonNodeFactory.instance.arrayNode() : body.path("keys");
        if (!keys.isArray() || keys.size() > MOST_KEYS) {
            throw new BadRequestException("keys must be a list of labels");
        }
        Set<String> released = new TreeSet<>();
        keys.forEach(key -> released.add(key.asText()));
        // Only what this box itself calls retired: nobody can make it forget more.
        released.retainAll(node.facts()
                .orElseThrow(() -> new NotReadyException("the hardware profile is not ready yet"))
                .retired());
        node.leadership().released(released);
        return JsonNodeFactory.instance.objectNode().put("released", released.size());
    }

    /** A box's labels changed. */
    @POST
    @Path("labels/changed")
    @Operation(summary = "A node's labels changed: the leader asks for them; only for nodes of the site")
    public JsonNode changed(@Nullable JsonNode body) {
        node.leadership()
                .changed(swarmNode(body == null ? "" : body.path("swarmNode").asText("")));
        return JsonNodeFactory.instance.objectNode();
    }

    /** A node of the swarm, for the box that it is. */
    @GET
    @Path("node")
    @Operation(summary = "How the swarm sees a node, asked of a manager; only for nodes of the site")
    public JsonNode node(@QueryParam("swarmNode") @Nullable String id) throws OrchestratorException {
        return NodeJson.write(node.leadership().node(swarmNode(id == null ? "" : id)));
    }

    /** It becomes part of a path of the engine's API. */
    private static String swarmNode(String id) {
        if (!id.matches("[a-zA-Z0-9]{1,64}")) {
            throw new BadRequestException("swarmNode must be a node ID of the swarm");
        }
        return id;
    }
}
