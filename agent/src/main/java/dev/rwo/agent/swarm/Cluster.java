package dev.rwo.agent.swarm;

import java.util.SortedMap;

/**
 * A cluster's identity.
 *
 * @param id the swarm's ID
 * @param version its version index, for compare-and-swap
 * @param labels labels on the cluster's specification
 */
public record Cluster(String id, long version, SortedMap<String, String> labels) {}
