package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Plan;
import dev.rwo.firstboot.StageState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActivationPlanTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final ActivationController controller;

    ActivationPlanTest() {
        try (FakeEngine engine = new FakeEngine()) {
            controller = new ActivationController(
                    new DockerOrchestrator(engine.host(), (deadline, command) -> ""), Optional::empty, topic -> {});
        }
    }

    private Plan<ActivationController.Change> plan(Availability availability, Map<String, String> labels) {
        return controller.plan(
                new ActivationController.View(Nodes.node(availability, labels), "r2", true, List.of(), List.of()), NOW);
    }

    @Test
    void aSwarmThatMayBeGivenUpActivatesNobody() {
        try (FakeEngine engine = new FakeEngine()) {
            ActivationController newborn = new ActivationController(
                    new DockerOrchestrator(engine.host(), (deadline, command) -> ""),
                    Neighbours.none(),
                    Optional::empty,
                    () -> true,
                    topic -> {});
            assertThatThrownBy(newborn::observe)
                    .isInstanceOfSatisfying(
                            ObservationException.class,
                            waiting -> assertThat(waiting.verdict().reason()).contains("does not count"));
        }
    }

    @Test
    void aDrainedNodeWaitsForItsLabels() {
        Plan<ActivationController.Change> plan = plan(Availability.DRAIN, Map.of("edge.profile.rev", "r1"));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.WAITING);
    }

    @Test
    void aLabelledNodeBecomesActive() {
        assertThat(plan(Availability.DRAIN, Map.of("edge.profile.rev", "r2")).steps())
                .hasSize(1);
    }

    @Test
    void aNodeThatAnOperatorDrainedStaysDrained() {
        Plan<ActivationController.Change> plan =
                plan(Availability.DRAIN, Map.of("edge.profile.rev", "r2", OwnedLabels.JOINED, "20260101T000000Z"));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.DEGRADED);
        assertThat(plan.verdict().hint()).contains("--availability active till-1");
    }

    @Test
    void aNodeThatIsDrainedForAnUpgradeIsLeftAloneAndSaysWhy() {
        Plan<ActivationController.Change> plan = plan(
                Availability.DRAIN,
                Map.of(
                        "edge.profile.rev",
                        "r2",
                        OwnedLabels.JOINED,
                        "20260101T000000Z",
                        OwnedLabels.DRAINED,
                        "active.upgrade-0.3.0"));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.DEGRADED);
        assertThat(plan.verdict().reason()).isEqualTo("drained for the upgrade to 0.3.0");
    }

    @Test
    void aNodeThatNeverJoinedIsActivatedThoughTheSwarmCallsItActive() {
        // Cut off between two versions of the agent, or created by hand: the mark still has to be left.
        assertThat(plan(Availability.ACTIVE, Map.of("edge.profile.rev", "r2")).steps())
                .hasSize(1);
    }

    @Test
    void aNodeThatIsBackStaysDrainedWhenAnOperatorHadDrainedIt() {
        Map<String, String> labels =
                Map.of("edge.profile.rev", "r2", OwnedLabels.NODE_ID, "box", OwnedLabels.JOINED, "20260101T000000Z");
        KeptNode kept = KeptNode.of(Nodes.node(Availability.DRAIN, labels), 7).orElseThrow();
        Plan<ActivationController.Change> plan = controller.plan(
                new ActivationController.View(
                        Nodes.node(Availability.DRAIN, Map.of("edge.profile.rev", "r2", OwnedLabels.NODE_ID, "box")),
                        "r2",
                        true,
                        List.of(),
                        List.of(kept)),
                NOW);
        assertThat(plan.steps())
                .singleElement()
                .satisfies(step -> assertThat(((ActivationController.Activate) step).availability())
                        .isEqualTo(Availability.DRAIN));
    }

    @Test
    void whatWasKeptIsForgottenOnceItIsBack() {
        Map<String, String> labels =
                Map.of("edge.profile.rev", "r2", OwnedLabels.NODE_ID, "box", OwnedLabels.JOINED, "20260101T000000Z");
        KeptNode kept = KeptNode.of(Nodes.node(Availability.DRAIN, labels), 7).orElseThrow();
        Plan<ActivationController.Change> plan = controller.plan(
                new ActivationController.View(
                        Nodes.node(Availability.DRAIN, labels), "r2", true, List.of(), List.of(kept)),
                NOW);
        assertThat(plan.steps()).singleElement().isInstanceOf(ActivationController.Forget.class);
    }

    @Test
    void onlyTheLeadersAgentActivates() {
        Plan<ActivationController.Change> plan = controller.plan(
                new ActivationController.View(
                        Nodes.node(Availability.DRAIN, Map.of("edge.profile.rev", "r2")),
                        "r2",
                        false,
                        List.of(),
                        List.of()),
                NOW);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.WAITING);
    }
}
