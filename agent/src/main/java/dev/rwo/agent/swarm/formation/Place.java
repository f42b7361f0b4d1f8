package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;

/**
 * What this box is to its swarm, as far as it knows.
 *
 * @param role its part
 * @param swarmId the swarm, empty for none or when not known yet
 * @param swarmNode its node ID there
 * @param used whether that swarm ever ran a workload
 * @param epoch how often that swarm was taken over by force
 * @param answered whether the swarm itself said so just now, rather than memory
 */
public record Place(SwarmRole role, String swarmId, String swarmNode, boolean used, long epoch, boolean answered) {

    /** In no swarm. */
    public static final Place NONE = new Place(SwarmRole.NONE, "", "", false, 0, false);

    /** Whether it is a manager, leading or not. */
    boolean isManager() {
        return role == SwarmRole.MANAGER || role == SwarmRole.LEADER;
    }

    /** Whether a digest tells exactly this. */
    boolean isToldBy(MemberDigest digest) {
        return digest.role() == role
                && digest.swarmId().equals(swarmId)
                && digest.swarmNode().equals(swarmNode)
                && digest.swarmUsed() == used
                && digest.epoch() == epoch;
    }
}
