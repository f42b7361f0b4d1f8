package dev.rwo.agent.swarm.managers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.StageState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerPlannerTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SwarmModel swarm = new SwarmModel();

    private void site(int boxes) {
        for (int i = 0; i < boxes; i++) {
            swarm.plugIn("till-" + i);
        }
        swarm.run(MINUTE.multipliedBy(2));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,3", "4,3", "5,3", "6,3", "7,5", "8,5", "20,5"})
    void aSiteHasAsManyManagersAsItsSizeWants(int boxes, int managers) {
        site(boxes);
        assertThat(swarm.managers()).hasSize(managers);
        assertThat(swarm.reachable()).isEqualTo(managers);
    }

    @Test
    void aManagerThatIsBackWithinTheGraceStaysOne() {
        site(5);
        int before = swarm.done.size();
        swarm.power("till-1", false);
        swarm.run(Duration.ofSeconds(25));
        swarm.power("till-1", true);
        swarm.run(MINUTE);
        assertThat(swarm.done).hasSize(before);
    }

    @Test
    void aDeadManagerIsReplacedWithinAMinuteAndIsNoWayIntoRaftForItsSuccessor() {
        site(5);
        int before = swarm.done.size();
        String dead = swarm.managers().getLast();
        swarm.power(dead, false);
        swarm.run(MINUTE);
        List<ManagerStep> steps = swarm.done.subList(before, swarm.done.size());
        assertThat(steps).hasSize(2);
        assertThat(steps.getFirst()).isInstanceOf(ManagerStep.Demote.class);
        assertThat(steps.getLast()).isInstanceOf(ManagerStep.Promote.class);
        assertThat(swarm.managers()).hasSize(3).doesNotContain(dead);
    }

    @Test
    void aManagerThatRestartsForAnUpgradeKeepsItsPlaceWhileAnUpgradeMayLast() {
        site(5);
        int before = swarm.done.size();
        String upgraded = swarm.managers().getLast();
        swarm.box(upgraded).restarting = true;
        swarm.power(upgraded, false);
        swarm.run(MINUTE.multipliedBy(9));
        assertThat(swarm.done).hasSize(before);
        swarm.run(MINUTE.multipliedBy(2));
        assertThat(swarm.managers()).hasSize(3).doesNotContain(upgraded);
    }

    @Test
    void theLastTwoOfThreeAreLeftAloneWhileTheThirdMayComeBack() {
        site(3);
        int before = swarm.done.size();
        swarm.power("till-2", false);
        swarm.run(Duration.ofMinutes(14));
        assertThat(swarm.done).hasSize(before);
        swarm.power("till-2", true);
        swarm.run(MINUTE);
        assertThat(swarm.managers()).hasSize(3);
    }

    @Test
    void aBoxThatIsGoneForGoodLeavesASiteOfTwoWithOneManager() {
        site(3);
        swarm.power("till-2", false);
        swarm.run(Duration.ofMinutes(17));
        assertThat(swarm.managers()).hasSize(1);
        assertThat(swarm.box("till-2").entry).isEmpty();
    }

    @Test
    void aBoxThatComesBackAfterItsEntryWasRemovedCountsAgain() {
        site(3);
        swarm.power("till-2", false);
        swarm.run(Duration.ofMinutes(17));
        swarm.power("till-2", true);
        swarm.run(MINUTE);
        assertThat(swarm.managers()).hasSize(3);
    }

    @Test
    void ofThreeBoxesTheSecondStaysManagerWhileTheThirdWhichIsNoneMayComeBack() {
        site(3);
        swarm.box("till-2").manager = false;
        swarm.box("till-2").voter = false;
        swarm.power("till-2", false);
        int before = swarm.done.size();
        swarm.run(Duration.ofMinutes(14));
        assertThat(swarm.done).hasSize(before);
        swarm.power("till-2", true);
        swarm.run(MINUTE);
        assertThat(swarm.done).hasSize(before + 1);
        assertThat(swarm.managers()).hasSize(3);
    }

    @Test
    void theSecondOfTwoManagersGoesWhenTheThirdBoxIsForgotten() {
        site(3);
        swarm.box("till-2").manager = false;
        swarm.box("till-2").voter = false;
        swarm.power("till-2", false);
        swarm.run(Duration.ofMinutes(17));
        assertThat(swarm.managers()).hasSize(1);
    }

    @Test
    void aBoxWhoseEngineIsHeldBackKeepsItsEntryAndItsPlaceWhileItsAgentIsSeen() {
        site(3);
        int before = swarm.done.size();
        swarm.box("till-2").engineHeld = true;
        swarm.run(Duration.ofMinutes(40));
        assertThat(swarm.done).hasSize(before);
        assertThat(swarm.box("till-2").entry).isNotEmpty();
    }

    @Test
    void aBoxWhoseEngineIsHeldBackIsNotForgottenWhenItsAgentRestarts() {
        site(3);
        int before = swarm.done.size();
        swarm.box("till-2").engineHeld = true;
        swarm.run(Duration.ofMinutes(40));
        swarm.power("till-2", false);
        swarm.run(MINUTE);
        swarm.power("till-2", true);
        swarm.box("till-2").engineHeld = false;
        swarm.run(MINUTE);
        assertThat(swarm.done).hasSize(before);
    }

    @Test
    void theLeaderIsNotDemotedWhileAnotherCanBe() {
        site(7);
        swarm.power("till-5", false);
        swarm.power("till-6", false);
        swarm.run(Duration.ofMinutes(20));
        assertThat(swarm.managers()).hasSize(3).contains("till-0");
    }

    @Test
    void aNodeThatTheOperatorExcludedIsNeverPromoted() {
        for (String name : List.of("a", "b", "c", "d")) {
            swarm.plugIn(name);
        }
        swarm.box("b").labels.put(SiteNode.OVERRIDE, SiteNode.NEVER);
        swarm.run(MINUTE);
        assertThat(swarm.managers()).hasSize(3).doesNotContain("b");
    }

    @Test
    void threeBoxesOfWhichOneMayNotManageHaveOneManagerAndNotTwo() {
        for (String name : List.of("a", "b", "c")) {
            swarm.plugIn(name);
        }
        swarm.box("b").labels.put(SiteNode.OVERRIDE, SiteNode.NEVER);
        swarm.run(MINUTE);
        assertThat(swarm.managers()).containsExactly("a");
    }

    @Test
    void ironAndTheHigherClassComeBeforeGuestsAndTheLower() {
        for (String name : List.of("a", "guest", "atom", "i5", "xeon")) {
            swarm.plugIn(name);
        }
        swarm.box("guest").labels.put("edge.cpu.rank", "6");
        swarm.box("guest").labels.put("edge.virt.guest", "kvm");
        swarm.box("atom").labels.put("edge.cpu.rank", "1");
        swarm.box("i5").labels.put("edge.cpu.rank", "4");
        swarm.box("xeon").labels.put("edge.cpu.rank", "6");
        swarm.run(MINUTE);
        assertThat(swarm.managers()).containsExactlyInAnyOrder("a", "i5", "xeon");
    }

    @Test
    void aPromotionInVainIsTakenBackAndAnotherNodeTried() {
        for (String name : List.of("a", "b", "c", "d")) {
            swarm.plugIn(name);
        }
        swarm.box("b").joinsRaft = false;
        swarm.run(Duration.ofMinutes(3));
        assertThat(swarm.managers()).containsExactlyInAnyOrder("a", "c", "d");
    }

    @Test
    void aManagerThatFindsNoLeaderThoughTheLeaderReachesItJoinsRaftAnew() {
        site(3);
        int before = swarm.done.size();
        swarm.box("till-2").leaderless = true;
        swarm.run(MINUTE);
        assertThat(swarm.done.subList(before, swarm.done.size()))
                .extracting(step ->
                        step.getClass().getSimpleName() + " " + step.node().hostname())
                .containsExactly("Demote till-2", "Promote till-2");
        assertThat(swarm.reachable()).isEqualTo(3);
    }

    @Test
    void aManagerThatFindsNoLeaderForAMomentIsLeftAlone() {
        site(3);
        int before = swarm.done.size();
        swarm.box("till-2").leaderless = true;
        swarm.run(Duration.ofSeconds(20));
        swarm.box("till-2").leaderless = false;
        swarm.run(MINUTE);
        assertThat(swarm.done).hasSize(before);
    }

    @Test
    void ofThreeManagersNoneIsUnmadeWhileOneFindsNoLeaderAndAnotherIsAway() {
        site(5);
        List<String> managers = swarm.managers();
        swarm.box(managers.get(1)).leaderless = true;
        swarm.power(managers.get(2), false);
        assertThat(ManagerPlanner.plan(swarm.view(), java.time.Instant.MAX).steps())
                .noneMatch(ManagerStep.Demote.class::isInstance);
    }

    @Test
    void aFlashedBoxIsOneEntry() {
        site(4);
        SwarmModel.Box old = swarm.box("till-3");
        old.labels.put("edge.node.hw", "abc");
        swarm.power("till-3", false);
        swarm.run(MINUTE.multipliedBy(2));
        swarm.plugIn("flashed").labels.put("edge.node.hw", "abc");
        swarm.run(MINUTE);
        assertThat(old.entry).isEmpty();
        assertThat(swarm.managers()).hasSize(3);
    }

    @Test
    void aFlashedBoxThatIsBackBeforeSwarmMissedItIsOneEntry() {
        site(4);
        swarm.swarmLag = Duration.ofSeconds(18);
        SwarmModel.Box old = swarm.box("till-3");
        old.labels.put("edge.node.hw", "abc");
        swarm.power("till-3", false);
        swarm.run(Duration.ofSeconds(12));
        swarm.plugIn("flashed").labels.put("edge.node.hw", "abc");
        swarm.run(MINUTE);
        assertThat(old.entry).isEmpty();
    }

    @Test
    void aFlashedBoxThatIsBackBeforeGossipMissedItIsOneEntry() {
        site(4);
        swarm.gossipLag = Duration.ofSeconds(9);
        swarm.swarmLag = Duration.ofSeconds(18);
        SwarmModel.Box old = swarm.box("till-3");
        old.labels.put("edge.node.hw", "abc");
        swarm.power("till-3", false);
        swarm.run(Duration.ofSeconds(2));
        swarm.plugIn("flashed").labels.put("edge.node.hw", "abc");
        swarm.run(MINUTE);
        assertThat(old.entry).isEmpty();
    }

    @Test
    void twoMachinesWhoseFirmwareSaysTheSameAreTwoBoxes() {
        site(4);
        swarm.box("till-2").labels.put("edge.node.hw", "junk");
        swarm.box("till-3").labels.put("edge.node.hw", "junk");
        swarm.power("till-3", false);
        swarm.run(Duration.ofMinutes(10));
        assertThat(swarm.box("till-3").entry).isNotEmpty();
    }

    @Test
    void aNewBoxThatIsLikeOneThatIsAwayDoesNotTakeItsPlace() {
        site(4);
        swarm.box("till-2").labels.put("edge.node.hw", "shared");
        swarm.box("till-3").labels.put("edge.node.hw", "shared");
        swarm.power("till-3", false);
        swarm.run(MINUTE);
        swarm.plugIn("alike").labels.put("edge.node.hw", "shared");
        swarm.run(MINUTE);
        assertThat(swarm.box("till-3").entry).isNotEmpty();
    }

    @Test
    void withoutAMajorityNothingIsDoneAndThePersonIsTold() {
        site(3);
        swarm.power("till-0", false);
        swarm.power("till-1", false);
        var plan = ManagerPlanner.plan(swarm.view(), java.time.Instant.MAX);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().state()).isEqualTo(StageState.FAILED);
        assertThat(plan.verdict().hint()).contains("rwo recover");
    }

    @Test
    void onlyTheLeadersAgentActs() {
        site(1);
        swarm.plugIn("b");
        swarm.plugIn("c");
        ManagerView view = swarm.view();
        assertThat(ManagerPlanner.plan(
                                new ManagerView(false, view.nodes(), view.managerGrace(), view.memberGrace()),
                                java.time.Instant.MAX)
                        .steps())
                .isEmpty();
    }
}
