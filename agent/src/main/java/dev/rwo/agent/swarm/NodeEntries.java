package dev.rwo.agent.swarm;

import java.util.Optional;

/** Takes nodes out of office, and out of the swarm, without losing what an operator had set on them. */
public final class NodeEntries {

    /** What swarmkit (manager/controlapi/node.go; seen from Docker 20.10) says of a manager that is no member of Raft. */
    private static final String NO_MEMBER = "can't find manager in raft memberlist";

    private final Orchestrator orchestrator;

    /** Of the swarm that this engine manages. */
    public NodeEntries(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    /**
     * Makes a manager a worker. Swarm demotes only members of Raft: the entry of one that never became a member, or was
     * forgotten by force, is removed, and its box joins anew by itself.
     */
    public void demote(ClusterNode node) throws OrchestratorException {
        try {
            orchestrator.setManager(node, false);
        } catch (OrchestratorException refused) {
            if (!String.valueOf(refused.getMessage()).contains(NO_MEMBER)) {
                throw refused;
            }
            remove(node);
        }
    }

    /** Removes an entry; what an operator had set waits for the box's return. */
    public void remove(ClusterNode node) throws OrchestratorException {
        keep(node);
        orchestrator.removeNode(node.id());
    }

    /** Keeps what an operator had set on this node for the return of its box. */
    public void keep(ClusterNode node) throws OrchestratorException {
        Cluster cluster = orchestrator.cluster();
        Optional<KeptNode> kept = KeptNode.of(node, cluster.version());
        if (kept.isPresent()) {
            orchestrator.labelCluster(cluster.version(), kept.get().addedTo(cluster.labels()));
        }
    }
}
