package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.swarm.UnaskedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The engine of a manager at 192.0.2.10, of which only questions are asked. */
final class FakeManager extends UnaskedEngine {

    static final String SWARM = "swarm-a";
    static final String TOKEN = "SWMTKN-1-secret";

    private final List<ClusterNode> nodes = new ArrayList<>();
    private final Map<String, String> labels = new TreeMap<>();
    private EngineState.Membership membership = EngineState.Membership.ACTIVE;
    private boolean manager = true;
    private String refusal = "";

    /** Demoted, or never promoted. */
    FakeManager asWorker() {
        manager = false;
        return this;
    }

    FakeManager in(EngineState.Membership state) {
        membership = state;
        return this;
    }

    FakeManager withoutQuorum() {
        return refusing("The swarm does not have a leader.");
    }

    /** With these words it answers every question about the swarm. */
    FakeManager refusing(String words) {
        refusal = words;
        return this;
    }

    FakeManager labelled(String key, String value) {
        labels.put(key, value);
        return this;
    }

    FakeManager withWorker(String id, String state) {
        nodes.add(entry(id, "worker", state, null));
        return this;
    }

    FakeManager withManager(String id, String address, boolean reachable) {
        nodes.add(entry(id, "manager", "ready", new ClusterNode.ManagerStatus(false, reachable, address)));
        return this;
    }

    private static ClusterNode entry(String id, String role, String state, ClusterNode.@Nullable ManagerStatus status) {
        return new ClusterNode(
                id,
                1,
                id,
                role,
                Availability.ACTIVE,
                state,
                "",
                "linux",
                "x86_64",
                new TreeMap<>(),
                new TreeMap<>(),
                status);
    }

    private void answers() throws OrchestratorException {
        if (!manager) {
            throw new OrchestratorException("This node is not a swarm manager.");
        }
        if (!refusal.isEmpty()) {
            throw new OrchestratorException(refusal);
        }
    }

    @Override
    public EngineState engine() {
        return new EngineState(
                "26.1.5",
                new TreeMap<>(),
                "",
                "",
                0,
                membership,
                "node-self",
                "192.0.2.10",
                manager,
                manager ? SWARM : "",
                List.of(),
                "");
    }

    @Override
    public Cluster cluster() throws OrchestratorException {
        answers();
        return new Cluster(SWARM, 1, new TreeMap<>(labels));
    }

    @Override
    public List<ClusterNode> nodes() throws OrchestratorException {
        answers();
        return List.copyOf(nodes);
    }

    @Override
    public String workerToken() throws OrchestratorException {
        answers();
        return TOKEN;
    }

    @Override
    public ClusterNode node(String id) throws OrchestratorException {
        return nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new OrchestratorException("no such node: " + id));
    }

    @Override
    public List<ServiceState> services() {
        return List.of();
    }
}
