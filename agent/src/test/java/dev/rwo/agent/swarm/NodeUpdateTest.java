package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rwo.agent.control.Outcome;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeUpdateTest {

    private static final Map<String, String> LABELS = Map.of("edge.cpu.class", "celeron");

    private final FakeEngine engine = new FakeEngine();
    private final DockerOrchestrator orchestrator = new DockerOrchestrator(engine.host(), (deadline, command) -> "");

    @BeforeEach
    void makeASwarm() throws Exception {
        orchestrator.createCluster(InetAddress.getLoopbackAddress(), "10.208.0.0/12");
    }

    @AfterEach
    void close() throws Exception {
        orchestrator.close();
        engine.close();
    }

    private ClusterNode node() throws OrchestratorException {
        return orchestrator.node(orchestrator.engine().nodeId());
    }

    @Test
    void aNodeWhoseHeartbeatIsLateGetsItsLabels() throws Exception {
        ClusterNode seen = node();
        engine.missesAHeartbeat();
        orchestrator.updateNode(seen, LABELS, null);
        assertThat(node().labels()).isEqualTo(LABELS);
    }

    @Test
    void whatAnOperatorSetMeanwhileIsNotOverwritten() throws Exception {
        ClusterNode seen = node();
        engine.operatorSetsLabel("site.floor", "ground");
        OrchestratorException refused =
                catchThrowableOfType(OrchestratorException.class, () -> orchestrator.updateNode(seen, LABELS, null));
        assertThat(refused.outcome()).as("it is decided anew, and soon").isInstanceOf(Outcome.Deferred.class);
        assertThat(node().labels()).isEqualTo(Map.of("site.floor", "ground"));
    }

    @Test
    void aNodeThatAnOperatorDrainedMeanwhileIsNotActivated() throws Exception {
        orchestrator.updateNode(node(), LABELS, Availability.ACTIVE);
        ClusterNode seen = node();
        engine.operatorDrains();
        assertThatThrownBy(() -> orchestrator.updateNode(seen, LABELS, Availability.ACTIVE))
                .hasMessageContaining("out of sequence");
        assertThat(node().availability()).isEqualTo(Availability.DRAIN);
    }
}
