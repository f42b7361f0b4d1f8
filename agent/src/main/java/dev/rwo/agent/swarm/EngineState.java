package dev.rwo.agent.swarm;

import java.util.List;
import java.util.SortedMap;

/**
 * The local engine as it says of itself.
 *
 * @param version the engine's version, for example 26.1.5
 * @param labels the engine's labels
 * @param httpProxy the proxy it uses for http, empty when none
 * @param httpsProxy the proxy it uses for https, empty when none
 * @param containersRunning running containers
 * @param membership its part in a cluster
 * @param nodeId its node ID, empty outside a cluster
 * @param advertised the address it advertises, empty outside a cluster
 * @param manager whether it can answer for the cluster
 * @param clusterId the cluster's ID, empty outside a cluster and for a worker
 * @param managers addresses of managers the engine knows, {@code ip:port}; empty outside a cluster
 * @param error what the engine says is wrong with its cluster, empty when nothing
 */
public record EngineState(
        String version,
        SortedMap<String, String> labels,
        String httpProxy,
        String httpsProxy,
        int containersRunning,
        Membership membership,
        String nodeId,
        String advertised,
        boolean manager,
        String clusterId,
        List<String> managers,
        String error) {

    /** A node's part in a cluster, as the engine names it. */
    public enum Membership {
        /** In no cluster. */
        INACTIVE,
        /** Joining or starting. */
        PENDING,
        /** A member. */
        ACTIVE,
        /** A member that cannot work; {@link EngineState#error} says why. */
        ERROR,
        /** Autolock is on and the key has not been given. */
        LOCKED
    }
}
