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
 * @param leaderless whether it is a manager and its engine says that it finds no leader
 */
public record Place(
        SwarmRole role,
        String swarmId,
        String swarmNode,
        boolean used,
        long epoch,
        boolean answered,
        boolean leaderless) {

    /** In no swarm. */
    public static final Place NONE = new Place(SwarmRole.NONE, "", "", false, 0, false);

    /** One that does not lack a leader. */
    public Place(SwarmRole role, String swarmId, String swarmNode, boolean used, long epoch, boolean answered) {
        this(role, swarmId, swarmNode, used, epoch, answered, false);
    }

    /** The same, finding no leader or finding one. */
    Place leaderless(boolean is) {
        return new Place(role, swarmId, swarmNode, used, epoch, answered, is);
    }

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
                && digest.epoch() == epoch
                && digest.leaderless() == leaderless;
    }
}
