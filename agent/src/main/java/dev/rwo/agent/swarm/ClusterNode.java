package dev.rwo.agent.swarm;

import java.util.SortedMap;

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
        SortedMap<String, String> engineLabels) {}
