package dev.rwo.agent.swarm;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A node as the cluster sees it.
 *
 * @param id Swarm's node ID
 * @param version its version index, for compare-and-swap
 * @param hostname the name it gave itself
 * @param role {@code manager} or {@code worker}
 * @param availability whether it takes tasks
 * @param state Swarm's word for it: ready, down, unknown, disconnected
 * @param address its IP address
 * @param os the platform's operating system
 * @param arch the platform's architecture
 * @param labels the labels on the node's specification
 * @param engineLabels the labels its engine gave itself
 * @param manager its part in Raft; null for a worker, and for a manager that has no part yet
 */
public record ClusterNode(
        String id,
        long version,
        String hostname,
        String role,
        Availability availability,
        String state,
        String address,
        String os,
        String arch,
        SortedMap<String, String> labels,
        SortedMap<String, String> engineLabels,
        @Nullable ManagerStatus manager) {

    /**
     * A manager's part in Raft, as the leader sees it.
     *
     * @param leader whether it leads
     * @param reachable whether the leader reaches it
     * @param address where its Raft listens, {@code ip:port}
     */
    public record ManagerStatus(boolean leader, boolean reachable, String address) {}

    /** Whether its specification says manager. */
    public boolean isManager() {
        return role.equals("manager");
    }

    /** Whether it leads the swarm. */
    public boolean isLeader() {
        return manager != null && manager.leader();
    }

    /** Whether the swarm hears from it. */
    public boolean isReady() {
        return state.equals("ready");
    }
}
