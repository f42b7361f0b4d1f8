package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.control.Step;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.DrainMark;
import java.util.List;

/** One thing that a campaign, or a tool that asked for a restart, needs done. A box is named by its node ID. */
public sealed interface CampaignStep extends Step {

    /** Has a box download the bundle to where others can have it. */
    record StoreOn(String box, List<String> sources, String reason) implements CampaignStep {}

    /** Has a box install it into the slot that does not run. */
    record Stage(String box, List<String> sources, String reason) implements CampaignStep {}

    /**
     * Takes the right to be unavailable.
     *
     * @param most no more than so many may hold it then
     */
    record TakeLock(String box, int most, String reason) implements CampaignStep {}

    /** Has Swarm move the node's tasks elsewhere. */
    record Drain(ClusterNode node, DrainMark mark, String reason) implements CampaignStep {}

    /** Restarts a box into the version. */
    record Boot(String box, String reason) implements CampaignStep {}

    /** Makes a node what it was before it was drained. */
    record Activate(ClusterNode node, String reason) implements CampaignStep {}

    /** Gives the right to be unavailable back. */
    record FreeLock(String box, String reason) implements CampaignStep {}

    /** Removes the stored bundle from a box. */
    record Discard(String box, String reason) implements CampaignStep {}

    /** Takes no further box, and says why. */
    record Halt(String reason) implements CampaignStep {}

    /** Ends the campaign. */
    record Finish(Campaign.State as, String reason) implements CampaignStep {}
}
