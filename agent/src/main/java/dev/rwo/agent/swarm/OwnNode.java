package dev.rwo.agent.swarm;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Verdict;

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
