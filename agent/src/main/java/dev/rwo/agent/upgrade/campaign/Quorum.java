package dev.rwo.agent.upgrade.campaign;

import java.util.Collection;

/** Whether the managers can go on deciding. */
final class Quorum {

    private Quorum() {}

    /**
     * Whether a node may go away for a restart: enough managers vote without it and without those that have the same
     * right already. A swarm's only manager may: its site has none while it restarts, and there is no other way.
     */
    static boolean allows(NodeSight leaving, Collection<NodeSight> nodes) {
        if (!leaving.isVoter() && !leaving.entry().isManager()) {
            return true;
        }
        long voters = nodes.stream().filter(NodeSight::isVoter).count();
        long staying = nodes.stream()
                .filter(node -> node.isVoting() && node.lock() == null && !node.isSame(leaving))
                .count();
        return voters <= 1 || staying >= voters / 2 + 1;
    }
}
