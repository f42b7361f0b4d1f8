package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What RWO needs of an orchestrator. Every call is bounded in time and throws {@link OrchestratorException} with one
 * line that says what was tried and why it failed.
 */
public interface Orchestrator {

    /** Where managers listen for other nodes; Docker's port for cluster management. */
    int MANAGER_PORT = 2377;

    /** The local engine as it said of itself within the last moments, and after its last event and change by this box. */
    EngineState engine() throws OrchestratorException;

    /**
     * Creates a new cluster with this node as its first, drained manager. A node that is in a cluster already stays
     * as it is.
     *
     * @param advertised the address other nodes will use
     * @param overlayPool the CIDR block overlay networks are cut from
     * @return false when the node was in a cluster already
     */
    boolean createCluster(InetAddress advertised, String overlayPool) throws OrchestratorException;

    /**
     * Joins a cluster as a drained worker. A node that is in a cluster already stays as it is.
     *
     * @param managers where managers listen, {@code ip:port}, at least one
     * @param token the worker's join token; secret
     * @param advertised the address other nodes will use
     * @return false when the node was in a cluster already
     */
    boolean joinCluster(List<String> managers, String token, InetAddress advertised) throws OrchestratorException;

    /** Leaves the cluster whatever becomes of it, and forgets it; nothing happens outside a cluster. */
    void leaveCluster() throws OrchestratorException;

    /**
     * Makes a cluster of this manager alone, with all that the old one knew: services, secrets, labels. For a manager
     * whose majority is gone for good.
     *
     * @param advertised the address other nodes will use from now on
     */
    void forceNewCluster(InetAddress advertised) throws OrchestratorException;

    /** The worker's join token, secret; only a manager can tell. */
    String workerToken() throws OrchestratorException;

    /** Makes the join tokens of before worthless. */
    void rotateTokens() throws OrchestratorException;

    /** Makes a new authority for the cluster's own certificates; every node gets a new one by itself. */
    void rotateAuthority() throws OrchestratorException;

    /** Promotes or demotes; refused by the engine when the version is stale. */
    void setManager(ClusterNode node, boolean manager) throws OrchestratorException;

    /** Removes a node's entry, whatever its state. One that is gone already is no error. */
    void removeNode(String id) throws OrchestratorException;

    /** The cluster's identity and labels; only a manager can tell. */
    Cluster cluster() throws OrchestratorException;

    /**
     * Sets labels on the cluster itself, with its version as compare-and-swap.
     *
     * @param version the version the labels were decided on
     */
    void labelCluster(long version, Map<String, String> labels) throws OrchestratorException;

    /** Every node of the cluster; only a manager can tell. */
    List<ClusterNode> nodes() throws OrchestratorException;

    /** One node by its ID; only a manager can tell. */
    ClusterNode node(String id) throws OrchestratorException;

    /**
     * Replaces a node's labels, and its availability when asked, leaving everything else of its specification as it
     * is. Refused by the engine when somebody else set one of the two meanwhile.
     *
     * @param node as it was when this was decided
     * @param availability null to leave as it is
     */
    void updateNode(ClusterNode node, Map<String, String> labels, @Nullable Availability availability)
            throws OrchestratorException;

    /** Every service with its tasks' progress; only a manager can tell. */
    List<ServiceState> services() throws OrchestratorException;

    /**
     * Names of the services that can run elsewhere and still have tasks on a node: not those that run once on every node;
     * only a manager can tell.
     *
     * @param node Swarm's ID
     */
    Set<String> movableOn(String node) throws OrchestratorException;

    /**
     * Loads every image of a {@code docker save} archive.
     *
     * @return the names of the images loaded
     */
    List<String> loadImages(Path archive) throws OrchestratorException;

    /** Deploys, or updates to, a compose file as a stack. */
    void deployStack(String name, Path composeFile) throws OrchestratorException;

    /**
     * The engine's events until the stream ends.
     *
     * @param opened run once when the engine has accepted the question
     * @throws OrchestratorException when it ends or cannot be opened
     */
    void events(Runnable opened, Consumer<JsonNode> listener) throws OrchestratorException;
}
