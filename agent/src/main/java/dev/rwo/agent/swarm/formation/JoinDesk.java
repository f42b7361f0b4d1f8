package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import java.util.List;
import java.util.stream.Stream;

/** Where a manager lets others into the swarm. */
public final class JoinDesk {

    private final Orchestrator orchestrator;

    /** In front of one engine. */
    public JoinDesk(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    /**
     * Answers.
     *
     * @param caller node ID in the asker's certificate
     * @param members whom this box sees
     * @param provisional whether the swarm here does not count yet
     * @throws OrchestratorException when this box is no manager, or its swarm has no quorum
     */
    public JoinAnswer answer(JoinRequest request, String caller, MemberTable members, boolean provisional)
            throws OrchestratorException {
        if (!request.nodeId().equals(caller)) {
            return JoinAnswer.refused(
                    "the certificate is of node " + caller + ", but node " + request.nodeId() + " asks");
        }
        if (provisional) {
            return JoinAnswer.refused("this swarm is being founded just now");
        }
        EngineState engine = orchestrator.engine();
        if (engine.membership() != EngineState.Membership.ACTIVE || !engine.manager()) {
            return JoinAnswer.refused("this box is no manager");
        }
        Cluster cluster = orchestrator.cluster();
        long epoch = SwarmLabels.epoch(cluster);
        boolean used = SwarmLabels.used(cluster);
        if (!request.swarmNode().isEmpty()) {
            JoinAnswer.Kind kind = orchestrator.nodes().stream()
                    .filter(node -> node.id().equals(request.swarmNode()))
                    .findFirst()
                    .map(node -> node.isReady() ? JoinAnswer.Kind.KNOWN : JoinAnswer.Kind.AWAY)
                    .orElse(JoinAnswer.Kind.UNKNOWN);
            return new JoinAnswer(kind, "", cluster.id(), epoch, used, List.of(), "");
        }
        if (isDuplicate(request, members)) {
            return JoinAnswer.refused("two boxes that are both running have the identity of " + request.name()
                    + ": one is a copy of the other's disk; flash that one anew");
        }
        return new JoinAnswer(
                JoinAnswer.Kind.GRANTED, "", cluster.id(), epoch, used, managers(engine), orchestrator.workerToken());
    }

    /** A box that restarted is seen twice for a moment, but its old boot does not answer then. */
    private static boolean isDuplicate(JoinRequest request, MemberTable members) {
        return members.others().stream()
                .filter(member -> member.nodeId().equals(request.nodeId()))
                .anyMatch(member ->
                        member.state() == MemberState.ALIVE && !member.boot().equals(request.boot()));
    }

    private List<String> managers(EngineState engine) throws OrchestratorException {
        String own = engine.advertised() + ":" + Orchestrator.MANAGER_PORT;
        return Stream.concat(
                        Stream.of(own),
                        orchestrator.nodes().stream()
                                .map(ClusterNode::manager)
                                .filter(manager -> manager != null && manager.reachable())
                                .map(ClusterNode.ManagerStatus::address))
                .filter(address -> !address.isEmpty())
                .distinct()
                .toList();
    }
}
