package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintTest {

    private static final ClusterNode NODE =
            Nodes.node(Availability.ACTIVE, Map.of("edge.cpu.class", "celeron", "site.floor", "Ground"));

    @ParameterizedTest
    @CsvSource({
        "node.labels.edge.cpu.class==celeron, true",
        "node.labels.edge.cpu.class == Celeron, true",
        "node.labels.edge.cpu.class!=celeron, false",
        "node.labels.edge.cpu.class==xeon, false",
        "NODE.LABELS.site.floor==ground, true",
        "node.labels.Site.Floor==ground, false",
        "node.labels.absent!=true, true",
        "node.labels.absent==true, false",
        "engine.labels.system_type==bare-metal, true",
        "engine.labels.absent!=x, true",
        "node.role==manager, true",
        "node.role!=manager, false",
        "node.hostname==TILL-1, true",
        "node.id==node1, true",
        "node.platform.os==linux, true",
        "node.platform.arch==amd64, true",
        "node.ip==192.0.2.10, true",
        "node.ip==192.0.2.0/24, true",
        "node.ip!=192.0.2.0/24, false",
        "node.ip==10.0.0.0/8, false",
        "node.colour==red, false",
        "node.colour!=red, false",
    })
    void judgesAsSwarmDoes(String text, boolean matches) {
        assertThat(Constraint.parse(text).judge(NODE).matches()).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node.labels.a>=3", "node.labels.a=3", "", "==3", "node.labels.a==", "3abc==1", "a b==c"})
    void whatSwarmWouldRefuseIsRefusedWithOneLine(String text) {
        assertThatThrownBy(() -> Constraint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void namesTheFactThatDecides() {
        assertThat(Constraint.parse("node.labels.edge.cpu.class==xeon")
                        .judge(NODE)
                        .fact())
                .isEqualTo("label edge.cpu.class is celeron");
        assertThat(Constraint.parse("node.labels.edge.gpu.nvidia==true")
                        .judge(NODE)
                        .fact())
                .isEqualTo("the node has no label edge.gpu.nvidia");
    }
}
