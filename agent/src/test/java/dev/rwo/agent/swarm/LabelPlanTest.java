package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.firstboot.StageState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LabelPlanTest {

    private final LabelController controller;

    LabelPlanTest() {
        try (FakeEngine engine = new FakeEngine()) {
            controller = new LabelController(
                    new DockerOrchestrator(engine.host(), (deadline, command) -> ""),
                    Optional::empty,
                    released -> {},
                    topic -> {});
        }
    }

    private Plan<LabelController.Change> plan(
            Map<String, String> inSwarm, Map<String, String> fromHardware, Set<String> unknown) {
        return controller.plan(
                view(Nodes.node(Availability.DRAIN, inSwarm), Nodes.facts("r2", fromHardware, unknown)), Instant.EPOCH);
    }

    private static LabelController.View view(ClusterNode node, NodeFacts facts) {
        return new LabelController.View(
                new LabelController.Box(node, BoxLabels.of(facts), "", "", null), true, List.of(), 0);
    }

    private static SortedMap<String, String> written(Plan<LabelController.Change> plan) {
        return assertThat(plan.steps().getFirst())
                .asInstanceOf(InstanceOfAssertFactories.type(LabelController.Write.class))
                .actual()
                .labels();
    }

    @Test
    void writesHardwareLabelsBesideTheOperators() {
        Plan<LabelController.Change> plan =
                plan(Map.of("site.floor", "1", "team", "blue"), Map.of("edge.cpu.class", "celeron"), Set.of());
        assertThat(plan.steps()).hasSize(1);
        assertThat(written(plan))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("site.floor", "1", "team", "blue", "edge.cpu.class", "celeron"));
    }

    @Test
    void takesAwayALabelWhoseHardwareIsGone() {
        Plan<LabelController.Change> plan =
                plan(Map.of("edge.gpu.intel", "true", "edge.a", "1"), Map.of("edge.a", "1"), Set.of());
        assertThat(written(plan)).doesNotContainKey("edge.gpu.intel");
    }

    @Test
    void keepsALabelWhoseFactIsUnknownJustNow() {
        Plan<LabelController.Change> plan =
                plan(Map.of("edge.mem.ecc", "true", "edge.a", "1"), Map.of("edge.a", "1"), Set.of("edge.mem.ecc"));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.DONE);
    }

    @Test
    void keepsTheMarkOfHavingJoined() {
        Plan<LabelController.Change> plan =
                plan(Map.of(OwnedLabels.JOINED, "20260101T000000Z"), Map.of("edge.a", "1"), Set.of());
        assertThat(written(plan)).containsKey(OwnedLabels.JOINED);
    }

    @Test
    void takesAwayWhatARuleOnceSetAndNothingElseOfTheOperator() {
        LabelController.View view = view(
                Nodes.node(Availability.ACTIVE, Map.of("site.printer", "true", "site.floor", "1", "edge.a", "1")),
                Nodes.facts("r2", Map.of("edge.a", "1"), Set.of(), Set.of("site.printer")));
        Plan<LabelController.Change> plan = controller.plan(view, Instant.EPOCH);
        assertThat(written(plan)).containsExactlyInAnyOrderEntriesOf(Map.of("site.floor", "1", "edge.a", "1"));
    }

    @Test
    void givesUpItsClaimOnceTheLabelIsGoneFromTheSwarm() {
        LabelController.View view = view(
                Nodes.node(Availability.ACTIVE, Map.of("edge.a", "1")),
                Nodes.facts("r2", Map.of("edge.a", "1"), Set.of(), Set.of("site.printer")));
        Plan<LabelController.Change> plan = controller.plan(view, Instant.EPOCH);
        assertThat(plan.steps())
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.type(LabelController.Release.class))
                .satisfies(release -> assertThat(release.keys()).containsExactly("site.printer"));
    }

    @Test
    void theLeaderWritesTheLabelsOfEveryBoxAndSaysWhichBoxItIs() {
        LabelController.Box own = box("node1", Map.of("edge.a", "1"), null);
        LabelController.Box other = box("node2", Map.of("team", "blue"), null);
        Plan<LabelController.Change> plan =
                controller.plan(new LabelController.View(own, true, List.of(other), 0), Instant.EPOCH);
        assertThat(plan.steps()).hasSize(2);
        assertThat(((LabelController.Write) plan.steps().getLast()).labels())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("team", "blue", "edge.a", "1", "edge.node.id", "box", "edge.node.hw", "machine"));
    }

    @Test
    void aNodeThatDoesNotLeadWritesNothingAndWaits() {
        Plan<LabelController.Change> plan = controller.plan(
                new LabelController.View(box("node1", Map.of(), null), false, List.of(), 0), Instant.EPOCH);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.WAITING);
    }

    @Test
    void aBoxThatComesBackGetsTheOperatorsLabelsWithItsFirstLabels() {
        KeptNode kept = KeptNode.of(
                        Nodes.node(Availability.DRAIN, Map.of("edge.node.id", "box", "team", "blue", "floor", "1")), 7)
                .orElseThrow();
        LabelController.Box back = box("node2", Map.of("floor", "2"), kept);
        Plan<LabelController.Change> plan = controller.plan(
                new LabelController.View(box("node1", Map.of(), null), true, List.of(back), 0), Instant.EPOCH);
        assertThat(((LabelController.Write) plan.steps().getLast()).labels())
                .containsEntry("team", "blue")
                .containsEntry("floor", "2");
    }

    private static LabelController.Box box(String node, Map<String, String> inSwarm, @Nullable KeptNode kept) {
        ClusterNode entry = Nodes.node(Availability.DRAIN, inSwarm);
        ClusterNode named = new ClusterNode(
                node,
                entry.version(),
                node,
                entry.role(),
                entry.availability(),
                entry.state(),
                entry.address(),
                entry.os(),
                entry.arch(),
                entry.labels(),
                entry.engineLabels(),
                entry.manager());
        BoxLabels labels = BoxLabels.of(Nodes.facts("r2", Map.of("edge.a", "1"), Set.of()));
        return new LabelController.Box(named, labels, "box", "machine", kept);
    }
}
