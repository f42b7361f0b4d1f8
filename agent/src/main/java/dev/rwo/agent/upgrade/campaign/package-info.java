/**
 * One rolling upgrade of a site: which box is upgraded when, and what is waited for in between. What a box does for its own
 * is {@code upgrade}'s. All that must outlive the leader is in the swarm: {@link Campaign} and the locks as labels of the
 * cluster, the mark of a drained node on the node. Start reading at {@link CampaignPlanner}, which decides; the agent beside
 * the swarm's leader acts ({@link CampaignController}), every manager's takes orders ({@link CampaignDesk}).
 */
@NullMarked
package dev.rwo.agent.upgrade.campaign;

import org.jspecify.annotations.NullMarked;
