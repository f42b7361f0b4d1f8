package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Plan;
import dev.rwo.firstboot.StageState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelPlanTest {

    private final LabelController controller;

    LabelPlanTest() {
        try (FakeEngine engine = new FakeEngine()) {
            controller = new LabelController(
                    new DockerOrchestrator(engine.host(), (deadline, command) -> ""), Optional::empty, topic -> {});
        }
    }

    private Plan<LabelController.Write> plan(
            Map<String, String> inSwarm, Map<String, String> fromHardware, Set<String> unknown) {
        return controller.plan(
                new LabelController.View(
                        Nodes.node(Availability.DRAIN, inSwarm), Nodes.facts("r2", fromHardware, unknown)),
                Instant.EPOCH);
    }

    @Test
    void writesHardwareLabelsBesideTheOperators() {
        Plan<LabelController.Write> plan =
                plan(Map.of("site.floor", "1", "team", "blue"), Map.of("edge.cpu.class", "celeron"), Set.of());
        assertThat(plan.steps()).hasSize(1);
        assertThat(plan.steps().getFirst().labels())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("site.floor", "1", "team", "blue", "edge.cpu.class", "celeron"));
    }

    @Test
    void takesAwayALabelWhoseHardwareIsGone() {
        Plan<LabelController.Write> plan =
                plan(Map.of("edge.gpu.intel", "true", "edge.a", "1"), Map.of("edge.a", "1"), Set.of());
        assertThat(plan.steps().getFirst().labels()).doesNotContainKey("edge.gpu.intel");
    }

    @Test
    void keepsALabelWhoseFactIsUnknownJustNow() {
        Plan<LabelController.Write> plan =
                plan(Map.of("edge.mem.ecc", "true", "edge.a", "1"), Map.of("edge.a", "1"), Set.of("edge.mem.ecc"));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.DONE);
    }

    @Test
    void keepsTheMarkOfHavingJoined() {
        Plan<LabelController.Write> plan =
                plan(Map.of(OwnedLabels.JOINED, "20260101T000000Z"), Map.of("edge.a", "1"), Set.of());
        assertThat(plan.steps().getFirst().labels()).containsKey(OwnedLabels.JOINED);
    }
}
