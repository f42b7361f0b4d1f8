package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.UnaskedEngine;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The standby's engine: a worker, or with the replica the manager, which still knows the worker that it was. */
final class StandbyEngine extends UnaskedEngine {

    private final String swarmId;
    private final List<ClusterNode> nodes = new ArrayList<>();
    private SortedMap<String, String> labels = new TreeMap<>();
    private boolean runs = true;
    private boolean manager;
    private boolean leads = true;
    private boolean tidies = true;

    StandbyEngine(String swarmId) {
        this.swarmId = swarmId;
        nodes.add(entry("keeper", "manager", new ClusterNode.ManagerStatus(true, true, "10.0.0.2:2377")));
        nodes.add(entry("former", "worker", null));
    }

    void start(boolean asManager) {
        runs = true;
        manager = asManager;
    }

    void stop() {
        runs = false;
    }

    void refuseToLead() {
        leads = false;
    }

    void refuseToTidy() {
        tidies = false;
    }

    boolean runs() {
        return runs;
    }

    SortedMap<String, String> labels() {
        return labels;
    }

    private static ClusterNode entry(String id, String role, ClusterNode.@Nullable ManagerStatus status) {
        return new ClusterNode(
                id,
                1,
                id,
                role,
                Availability.ACTIVE,
                "ready",
                "",
                "linux",
                "x86_64",
                new TreeMap<>(),
                new TreeMap<>(),
                status);
    }

    @Override
    public EngineState engine() throws OrchestratorException {
        if (!runs) {
            throw new OrchestratorException("the engine does not answer");
        }
        return new EngineState(
                "26.1.5",
                new TreeMap<>(),
                "",
                "",
                0,
                EngineState.Membership.ACTIVE,
                manager ? "keeper" : "former",
                "10.0.0.2",
                manager,
                manager ? swarmId : "",
                List.of(),
                "");
    }

    @Override
    public Cluster cluster() throws OrchestratorException {
        if (!runs || !manager || !leads) {
            throw new OrchestratorException("the engine does not lead");
        }
        return new Cluster(swarmId, 1, new TreeMap<>(labels));
    }

    @Override
    public List<ClusterNode> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public ClusterNode node(String id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
    }

    @Override
    public void labelCluster(long version, Map<String, String> to) {
        labels = new TreeMap<>(to);
    }

    @Override
    public void updateNode(ClusterNode node, Map<String, String> to, @Nullable Availability availability) {}

    @Override
    public void removeNode(String id) throws OrchestratorException {
        if (!tidies) {
            throw new OrchestratorException("the entry cannot be removed");
        }
        nodes.removeIf(node -> node.id().equals(id));
    }

    @Override
    public void forceNewCluster(InetAddress advertised) {}
}
