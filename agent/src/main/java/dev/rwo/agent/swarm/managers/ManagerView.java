package dev.rwo.agent.swarm.managers;

import java.time.Duration;
import java.util.List;

/**
 * What decides about the managers.
 *
 * @param leads whether this agent is the leader's; no other acts
 * @param nodes every entry of the swarm
 * @param managerGrace how long a manager may be away before another takes its place
 * @param memberGrace how long a node may be away before its entry is removed
 */
public record ManagerView(boolean leads, List<SiteNode> nodes, Duration managerGrace, Duration memberGrace) {

    /** Copies the list. */
    public ManagerView {
        nodes = List.copyOf(nodes);
    }

    /** Short: one word a node. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(leads ? "leading " : "following in ")
                .append(nodes.size())
                .append(nodes.size() == 1 ? " node:" : " nodes:");
        for (SiteNode each : nodes) {
            text.append(' ')
                    .append(each.name())
                    .append(each.node().isLeader() ? " leader" : each.node().isManager() ? " manager" : " worker")
                    .append(each.up() ? "" : " away since " + each.since())
                    .append(each.present() ? "" : " unseen")
                    .append(';');
        }
        return text.toString();
    }
}
