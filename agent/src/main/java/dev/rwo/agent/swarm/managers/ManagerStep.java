package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.control.Step;
import dev.rwo.agent.swarm.ClusterNode;

/** What can be done about the managers. */
public sealed interface ManagerStep extends Step {

    /** The entry it is about. */
    ClusterNode node();

    /** Makes a worker a manager. */
    record Promote(ClusterNode node, String reason) implements ManagerStep {}

    /**
     * Makes a manager a worker.
     *
     * @param passOver whether it was promoted in vain, so that others are tried before it
     */
    record Demote(ClusterNode node, boolean passOver, String reason) implements ManagerStep {}

    /** Removes the entry of a box that is gone, keeping what the operator set on it. */
    record Remove(ClusterNode node, String reason) implements ManagerStep {}
}
