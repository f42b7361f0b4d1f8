package dev.rwo.agent.swarm;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.peer.PeerException;
import java.util.List;

/** This box's node, as its swarm has it: what every controller that writes to the swarm looks at first. */
public final class OwnNode {

    private OwnNode() {}

    /**
     * This box's node, while the box is a manager and so can see and write it.
     *
     * @throws ObservationException when the engine does not answer, or the box is no manager of a swarm
     */
    public static ClusterNode ofManager(Orchestrator orchestrator) throws ObservationException {
        try {
            EngineState engine = orchestrator.engine();
            if (engine.membership() != EngineState.Membership.ACTIVE || !engine.manager()) {
                throw new ObservationException(Verdict.waiting("waiting for the swarm", ""));
            }
            return orchestrator.node(engine.nodeId());
        } catch (OrchestratorException unanswered) {
            throw noAnswer();
        }
    }

    /**
     * This box's node, while its engine leads the swarm: for what only one hand may do.
     *
     * @param elsewhere what to say on a box of a swarm that another one leads
     * @throws ObservationException with that, or when the box is in no swarm
     */
    public static ClusterNode ofLeader(Orchestrator orchestrator, Verdict elsewhere) throws ObservationException {
        try {
            EngineState engine = orchestrator.engine();
            if (engine.membership() == EngineState.Membership.ACTIVE && !engine.manager()) {
                throw new ObservationException(elsewhere);
            }
        } catch (OrchestratorException unanswered) {
            throw noAnswer();
        }
        ClusterNode own = ofManager(orchestrator);
        if (!own.isLeader()) {
            throw new ObservationException(elsewhere);
        }
        return own;
    }

    /**
     * What a controller sees of the swarm from this box.
     *
     * @param own this box's node
     * @param leads whether this box's engine leads
     * @param nodes every node; only the leader's agent needs them, empty on a worker
     */
    public record Sight(ClusterNode own, boolean leads, List<ClusterNode> nodes) {}

    /**
     * This box's node: on a manager from the engine, on a worker from a manager's agent.
     *
     * @throws ObservationException when nobody can tell
     */
    public static Sight look(Orchestrator orchestrator, Neighbours neighbours) throws ObservationException {
        EngineState engine;
        try {
            engine = orchestrator.engine();
        } catch (OrchestratorException unanswered) {
            throw noAnswer();
        }
        if (engine.membership() != EngineState.Membership.ACTIVE) {
            throw new ObservationException(Verdict.waiting("waiting for the swarm", ""));
        }
        return engine.manager() ? lookHere(orchestrator, engine.nodeId()) : ask(neighbours, engine.nodeId());
    }

    private static Sight lookHere(Orchestrator orchestrator, String id) throws ObservationException {
        try {
            List<ClusterNode> nodes = orchestrator.nodes();
            return nodes.stream()
                    .filter(node -> node.id().equals(id))
                    .findFirst()
                    .map(own -> new Sight(own, own.isLeader(), nodes))
                    .orElseThrow(
                            () -> new ObservationException(Verdict.waiting("the swarm has no entry of this box", "")));
        } catch (OrchestratorException unanswered) {
            if (isQuorumLost(unanswered)) {
                throw new ObservationException(Verdict.degraded(
                        "the swarm has no leader: too few managers are reachable",
                        "bring the others back; if they are lost for good: rwo recover"));
            }
            throw noAnswer();
        }
    }

    private static Sight ask(Neighbours neighbours, String id) throws ObservationException {
        try {
            ClusterNode own = NodeJson.read(neighbours.askManager("/api/v1/peer/node?swarmNode=" + id));
            return new Sight(own, false, List.of());
        } catch (PeerException | IllegalArgumentException unanswered) {
            throw new ObservationException(
                    Verdict.waiting("no manager says how the swarm sees this box: " + unanswered.getMessage(), ""));
        }
    }

    /**
     * Whether the engine refused because the swarm's managers cannot decide (swarmkit, manager/state/raft: no leader, or
     * too few managers are online).
     */
    public static boolean isQuorumLost(OrchestratorException refused) {
        String message = String.valueOf(refused.getMessage());
        return message.contains("does not have a leader")
                || message.contains("too few managers are online")
                || message.contains("context deadline exceeded");
    }

    /** What an observation says when the engine was asked in vain. */
    public static ObservationException noAnswer() {
        return new ObservationException(Verdict.waiting("waiting for the container engine", ""));
    }
}
