package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An engine that is not asked for anything; a test's own answers what is expected there. */
public abstract class UnaskedEngine implements Orchestrator {

    private static AssertionError unexpected() {
        return new AssertionError("nobody should ask the engine for this here");
    }

    @Override
    public EngineState engine() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public boolean createCluster(InetAddress advertised, String overlayPool) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public boolean joinCluster(List<String> managers, String token, InetAddress advertised)
            throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void leaveCluster() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void forceNewCluster(InetAddress advertised) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public String workerToken() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void rotateTokens() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void rotateAuthority() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void setManager(ClusterNode node, boolean manager) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void removeNode(String id) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public Cluster cluster() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void labelCluster(long version, Map<String, String> labels) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public List<ClusterNode> nodes() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public ClusterNode node(String id) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void updateNode(ClusterNode node, Map<String, String> labels, @Nullable Availability availability)
            throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public List<ServiceState> services() throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public Set<String> movableOn(String node) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public List<String> loadImages(Path archive) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void deployStack(String name, Path composeFile) throws OrchestratorException {
        throw unexpected();
    }

    @Override
    public void events(Runnable opened, Consumer<JsonNode> listener) throws OrchestratorException {
        throw unexpected();
    }
}
