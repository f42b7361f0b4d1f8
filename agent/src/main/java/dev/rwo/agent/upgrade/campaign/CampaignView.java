package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.upgrade.NodeUpgrade;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What decides about a campaign.
 *
 * @param leads whether this agent is the leader's; no other acts
 * @param campaign the campaign, also one that is over; null when there was none
 * @param nodes every node of the swarm, by name
 * @param orphans locks of boxes that are no nodes of the swarm, and that gossip does not see either
 * @param services every service; empty while nothing is under way
 * @param sickSince since when some service has had too few tasks
 * @param clockTrouble why this box's clock tells no time of day; empty when it does
 */
public record CampaignView(
        boolean leads,
        @Nullable Campaign campaign,
        List<NodeSight> nodes,
        List<RebootLock> orphans,
        List<ServiceState> services,
        Instant sickSince,
        String clockTrouble) {

    /** Copies the lists. */
    public CampaignView {
        nodes = List.copyOf(nodes);
        orphans = List.copyOf(orphans);
        services = List.copyOf(services);
    }

    /** The same, as it would be decided on where the leader is. */
    CampaignView asOfTheLeader() {
        return new CampaignView(true, campaign, nodes, orphans, services, sickSince, clockTrouble);
    }

    /** How many boxes have the right to be unavailable. */
    long locks() {
        return orphans.size()
                + nodes.stream().filter(node -> node.lock() != null).count();
    }

    /** Short: one word a node. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(leads ? "leading" : "following");
        if (campaign != null) {
            text.append(", upgrade to ")
                    .append(campaign.version())
                    .append(' ')
                    .append(campaign.state().word());
        }
        for (NodeSight node : nodes) {
            text.append("; ").append(node.name());
            NodeUpgrade upgrade = node.upgrade();
            if (upgrade != null) {
                text.append(' ')
                        .append(upgrade.running())
                        .append(' ')
                        .append(upgrade.phase().word());
            }
            RebootLock lock = node.lock();
            if (lock != null) {
                text.append(lock.booted() ? " booted" : " locked");
            }
        }
        return text.toString();
    }
}
