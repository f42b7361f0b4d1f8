/**
 * The set of managers: kept odd and sized, replaced when one dies, cleared of entries that stand for no box any more; and
 * what a person does when the majority is gone for good.
 *
 * <p>Only the agent beside Raft's leader acts. May use the swarm's orchestrator, the members and the host's gateway; knows no API. Start
 * reading at {@link dev.rwo.agent.swarm.managers.ManagerPlanner}.
 */
@NullMarked
package dev.rwo.agent.swarm.managers;

import org.jspecify.annotations.NullMarked;
