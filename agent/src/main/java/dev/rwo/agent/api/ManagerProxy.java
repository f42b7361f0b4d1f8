package dev.rwo.agent.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.Node;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.OrchestratorException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Lets every box answer what only a manager knows: a worker asks a manager's agent the same question. A question that
 * came from another box is never passed on, so that two boxes that each take the other for a manager do not ask in
 * circles.
 */
@ApplicationScoped
public class ManagerProxy {

    /** In the query of a question that came from another box. */
    static final String HERE = "here";

    private final Node node;

    /** Of this node. */
    @Inject
    public ManagerProxy(Node node) {
        this.node = node;
    }

    /** How this box itself answers. */
    @FunctionalInterface
    interface Local {

        JsonNode answer() throws OrchestratorException;
    }

    /**
     * This box's answer, or a manager's.
     *
     * @param here whether the question came from another box
     * @param path the same question, from the root, with its query if it has one
     */
    JsonNode answer(boolean here, String path, Local local) throws OrchestratorException {
        EngineState engine = node.orchestrator().engine();
        if (here || engine.manager()) {
            return local.answer();
        }
        try {
            return node.leadership().neighbours().askManager(path + (path.contains("?") ? "&" : "?") + HERE + "=true");
        } catch (PeerException silent) {
            if (silent.kind() == PeerException.Kind.REFUSED) {
                throw new BadRequestException(silent.getMessage(), silent);
            }
            throw new NotReadyException("this box is no manager, and " + silent.getMessage());
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
