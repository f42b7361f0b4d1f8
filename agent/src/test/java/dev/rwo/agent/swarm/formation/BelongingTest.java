package dev.rwo.agent.swarm.formation;

import static dev.rwo.agent.swarm.formation.Plans.assertDoes;
import static dev.rwo.agent.swarm.formation.Plans.assertSays;
import static dev.rwo.agent.swarm.formation.Plans.deeds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.swarm.EngineState.Membership;
import dev.rwo.firstboot.StageState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BelongingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Another swarm has been in sight for so long that gossip has told all of it. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

    private static Member leader(String swarmId) {
        return Views.in(swarmId, SwarmRole.LEADER, "till-8");
    }

    private static Member worker(String swarmId) {
        return Views.in(swarmId, SwarmRole.WORKER, "till-9");
    }

    private static void assertLeaves(Views views, String reason) {
        assertDoes(views, FormationStep.Leave.class).satisfies(leave -> {
            assertThat(leave.swarmId()).isEqualTo(views.view().place().swarmId());
            assertThat(leave.reason()).contains(reason);
        });
    }

    // ---- at home ----

    @Test
    void aManagerAndAWorkerOfOneSwarmAreWell() {
        assertSays(
                Views.leader("swarm-a").seeing(worker("swarm-a")), StageState.DONE, "manager node-self at 192.0.2.10");
        assertSays(
                Views.worker("swarm-a").seeing(leader("swarm-a")).heard(Standing.Kind.KNOWN, 1, "swarm-a", 0, SECOND),
                StageState.DONE,
                "worker node-self at 192.0.2.10");
    }

    @Test
    void theSwarmIsMarkedAsUsedWhenItsWorkRunsForTheFirstTime() {
        assertDoes(Views.leader("swarm-a").withWork(), FormationStep.MarkUsed.class);
        assertSays(Views.leader("swarm-a").thatRanWork().withWork(), StageState.DONE, "manager");
    }

    @Test
    void aWorkerThatSeesNobodySaysThatItsContainersGoOn() {
        Views alone = Views.worker("swarm-a");
        assertSays(alone, StageState.DEGRADED, "sees no other box of its swarm");
        assertThat(alone.plan().verdict().hint())
                .contains("its containers go on")
                .contains("check cable");
    }

    @Test
    void aManagerThatFindsNoLeaderSaysSoAndTellsTheOthers() {
        Views views = Views.inside(new Place(SwarmRole.MANAGER, "swarm-a", "node-self", true, 0, false, true))
                .seeing(leader("swarm-a"))
                .heard(Standing.Kind.KNOWN, 1, "swarm-a", 0, SECOND);
        assertSays(views, StageState.DEGRADED, "manager node-self at 192.0.2.10 finds no leader");
        assertThat(views.plan().steps().getFirst())
                .isInstanceOfSatisfying(
                        FormationStep.Tell.class,
                        tell -> assertThat(tell.place().leaderless()).isTrue());
    }

    @Test
    void aManagerThatIsAloneIsWell() {
        assertSays(Views.leader("swarm-a"), StageState.DONE, "manager");
    }

    @Test
    void aWorkerThatDoesNotRememberItsSwarmAsksAManager() {
        Views views = Views.worker("").seeing(leader("swarm-a"));
        assertDoes(views, FormationStep.Inquire.class)
                .satisfies(inquire -> assertThat(inquire.reason()).contains("does not remember which swarm"));
        assertThat(views.plan().verdict().state()).isEqualTo(StageState.DONE);
    }

    // ---- two swarms ----

    @Test
    void aSwarmWithoutWorkloadsGivesWayToOneWithThem() {
        assertLeaves(
                Views.leader("swarm-a").seeing(Views.used(leader("swarm-b"))).rivalledFor(LONG_ENOUGH),
                "the swarm of till-8 goes on, this one never ran a workload");
    }

    @Test
    void aRivalMustBeInSightForAWhileBeforeABoxGivesWay() {
        Views views =
                Views.leader("swarm-a").seeing(Views.used(leader("swarm-b"))).rivalledFor(LONG_ENOUGH.minusMillis(1));
        assertSays(views, StageState.DEGRADED, "two swarms: the swarm of till-8 goes on");
    }

    @Test
    void aBoxDoesNotGiveWayToASwarmThatItCouldNotJoin() {
        Views views =
                Views.leader("swarm-a").seeing(Views.used(worker("swarm-b"))).rivalledFor(MINUTE);
        assertSays(views, StageState.DEGRADED, "two swarms");
    }

    @Test
    void aSwarmWithWorkloadsGoesOn() {
        Views views =
                Views.leader("swarm-b").thatRanWork().seeing(leader("swarm-a")).rivalledFor(MINUTE);
        assertSays(views, StageState.DONE, "manager");
    }

    @Test
    void ofTwoSwarmsWithoutWorkloadsOneGivesWayAndTheOtherDoesNot() {
        assertLeaves(Views.leader("swarm-b").seeing(leader("swarm-a")).rivalledFor(LONG_ENOUGH), "goes on");
        assertSays(Views.leader("swarm-a").seeing(leader("swarm-b")).rivalledFor(MINUTE), StageState.DONE, "manager");
    }

    @ParameterizedTest
    @CsvSource({"swarm-a,swarm-b", "swarm-b,swarm-a"})
    void ofTwoSwarmsWithWorkloadsNoneGivesWayAndAPersonIsTold(String own, String other) {
        Views views = Views.leader(own)
                .thatRanWork()
                .seeing(Views.used(leader(other)), Views.used(worker(own)))
                .rivalledFor(Duration.ofDays(1));
        assertSays(
                views,
                StageState.DEGRADED,
                "two swarms with workloads: " + own + " (" + Views.SELF + ", till-9) and " + other + " (till-8)");
        assertThat(views.plan().verdict().hint()).contains("rwo swarm dissolve");
    }

    // ---- a box that its swarm removed ----

    @Test
    void aBoxThatItsSwarmTwiceDoesNotKnowLeaves() {
        assertLeaves(
                Views.worker("swarm-a").seeing(leader("swarm-a")).heard(Standing.Kind.UNKNOWN, 2, "swarm-a", 0, SECOND),
                "the swarm removed this box while it was away");
    }

    @Test
    void oneManagerThatDoesNotKnowTheBoxOnceIsAskedAgain() {
        Views views = Views.worker("swarm-a").seeing(leader("swarm-a"));
        assertSays(views.heard(Standing.Kind.UNKNOWN, 1, "swarm-a", 0, SECOND), StageState.DONE, "worker");
        assertDoes(views.heard(Standing.Kind.UNKNOWN, 1, "swarm-a", 0, TEN_SECONDS), FormationStep.Inquire.class);
    }

    @Test
    void whatAnotherSwarmDoesNotKnowSendsNobodyAway() {
        Views views =
                Views.worker("swarm-a").seeing(leader("swarm-a")).heard(Standing.Kind.UNKNOWN, 5, "swarm-b", 0, SECOND);
        assertSays(views, StageState.DONE, "worker");
    }

    @ParameterizedTest
    @EnumSource(
            value = Standing.Kind.class,
            names = {"KNOWN", "AWAY"})
    void aBoxThatBelongsAsksEveryTwoMinutesWhetherItStillDoes(Standing.Kind kind) {
        Views views = Views.worker("swarm-a").seeing(leader("swarm-a"));
        assertSays(views.heard(kind, 9, "swarm-a", 0, MINUTE), StageState.DONE, "worker");
        assertDoes(views.heard(kind, 9, "swarm-a", 0, MINUTE.multipliedBy(2)), FormationStep.Inquire.class);
    }

    @Test
    void aBoxThatItsOwnSwarmAnswersNeedsToAskNobody() {
        Views views = Views.leader("swarm-a")
                .seeing(Views.in("swarm-a", SwarmRole.MANAGER, "till-8"))
                .heard(Standing.Kind.UNKNOWN, 2, "swarm-a", 0, MINUTE);
        assertSays(views, StageState.DONE, "manager");
    }

    // ---- a swarm that was taken over by force ----

    private static Views leftBehind() {
        return Views.leader("swarm-a")
                .thatRanWork()
                .seeing(Views.takenOver(leader("swarm-a"), 1))
                .rivalledFor(LONG_ENOUGH);
    }

    @Test
    void aManagerThatWasLeftBehindLeavesWhenTheNewOneAnswersItAndHasBeenInSightForAWhile() {
        Views views = leftBehind().heard(Standing.Kind.AWAY, 1, "swarm-a", 1, SECOND);
        assertLeaves(views, "taken over by till-8");
        assertSays(views.rivalledFor(SECOND), StageState.DEGRADED, "taken over by till-8 (epoch 1, this box 0)");
    }

    @Test
    void aSwarmThatHasItsMajorityIsNotGivenUpOnWhatGossipTells() {
        Views views = leftBehind().rivalledFor(Duration.ofDays(1));
        assertDoes(views, FormationStep.Inquire.class)
                .satisfies(
                        inquire -> assertThat(inquire.manager().digest().name()).isEqualTo("till-8"));
    }

    @Test
    void aSwarmThatHasItsMajorityIsNotGivenUpWhileTheTellerCannotBeReached() {
        assertSays(
                leftBehind().heard(Standing.Kind.UNASKED, 0, "", 0, SECOND), StageState.DEGRADED, "does not prove it");
        assertSays(
                leftBehind().heard(Standing.Kind.AWAY, 0, "swarm-a", 1, SECOND),
                StageState.DEGRADED,
                "does not prove it");
    }

    @Test
    void aSwarmThatHasItsMajorityIsNotGivenUpWhenTheTellersEngineKnowsOfNoTakeover() {
        assertSays(
                leftBehind().heard(Standing.Kind.KNOWN, 1, "swarm-a", 0, SECOND),
                StageState.DEGRADED,
                "this swarm goes on");
        assertSays(
                leftBehind().heard(Standing.Kind.KNOWN, 1, "swarm-b", 1, SECOND),
                StageState.DEGRADED,
                "this swarm goes on");
    }

    @Test
    void anOldAnswerIsAskedForAnewBeforeASwarmIsGivenUp() {
        assertDoes(leftBehind().heard(Standing.Kind.AWAY, 1, "swarm-a", 1, MINUTE), FormationStep.Inquire.class);
    }

    @Test
    void aSwarmThatHasItsMajorityDoesNotBelieveThatItMissedAThousandTakeovers() {
        Views views = Views.leader("swarm-a")
                .thatRanWork()
                .seeing(Views.takenOver(leader("swarm-a"), 1000))
                .rivalledFor(LONG_ENOUGH)
                .heard(Standing.Kind.UNKNOWN, 5, "swarm-a", 1000, SECOND);
        assertSays(views, StageState.DEGRADED, "till-8 tells of epoch 1000, and this swarm's is 0");
        assertThat(views.plan().verdict().hint()).contains("docker swarm leave --force");
    }

    @Test
    void oneThatTellsNonsenseHidesNoTakeover() {
        Views views = Views.leader("swarm-a")
                .thatRanWork()
                .seeing(
                        Views.takenOver(leader("swarm-a"), 1),
                        Views.takenOver(Views.in("swarm-a", SwarmRole.LEADER, "till-7"), 1000))
                .rivalledFor(LONG_ENOUGH);
        assertDoes(views, FormationStep.Inquire.class)
                .satisfies(
                        inquire -> assertThat(inquire.manager().digest().name()).isEqualTo("till-8"));
        assertLeaves(views.heard(Standing.Kind.AWAY, 1, "swarm-a", 1, SECOND), "taken over by till-8");
    }

    @Test
    void aSwarmThatDoubtsATakeoverIsStillMarkedAsUsed() {
        Views views = Views.leader("swarm-a")
                .seeing(Views.takenOver(leader("swarm-a"), 1))
                .withWork()
                .heard(Standing.Kind.KNOWN, 1, "swarm-a", 0, SECOND);
        assertDoes(views, FormationStep.MarkUsed.class);
    }

    @Test
    void aRecoveryRaisesTheEpochAboveWhatIsBelievableOnly() {
        Views views = Views.leader("swarm-a")
                .seeing(
                        Views.takenOver(leader("swarm-a"), 2),
                        Views.takenOver(Views.in("swarm-a", SwarmRole.LEADER, "till-7"), 1000));
        assertThat(EpochRule.known(views.view().members())).isEqualTo(2);
    }

    @Test
    void aWorkerAsksTheNewManagerAndIsTakenAlongWhenItIsKnownThere() {
        Views views = Views.worker("swarm-a")
                .seeing(Views.takenOver(leader("swarm-a"), 1))
                .rivalledFor(MINUTE);
        assertDoes(views, FormationStep.Inquire.class);
        assertDoes(views.heard(Standing.Kind.KNOWN, 1, "swarm-a", 1, SECOND), FormationStep.Remember.class)
                .satisfies(remember -> assertThat(remember.what().epoch()).isEqualTo(1));
    }

    @Test
    void whatAManagerSaidBeforeTheTakeoverDoesNotCount() {
        Views views = Views.worker("swarm-a")
                .seeing(Views.takenOver(leader("swarm-a"), 1))
                .rivalledFor(MINUTE);
        assertDoes(views.heard(Standing.Kind.KNOWN, 9, "swarm-a", 0, TEN_SECONDS), FormationStep.Inquire.class);
        assertSays(views.heard(Standing.Kind.UNKNOWN, 1, "swarm-a", 0, SECOND), StageState.DEGRADED, "taken over");
    }

    @Test
    void aWorkerThatTheNewManagerDoesNotKnowJoinsAnew() {
        Views views = Views.worker("swarm-a")
                .seeing(Views.takenOver(leader("swarm-a"), 1))
                .rivalledFor(MINUTE)
                .heard(Standing.Kind.UNKNOWN, 1, "swarm-a", 1, SECOND);
        assertLeaves(views, "taken over by till-8");
    }

    @Test
    void aWorkerThatDoesNotComeBackToTheNewManagerWithinAMinuteJoinsAnew() {
        Views views = Views.worker("swarm-a")
                .seeing(Views.takenOver(leader("swarm-a"), 1))
                .rivalledFor(MINUTE);
        assertSays(views.heard(Standing.Kind.AWAY, 1, "swarm-a", 1, SECOND), StageState.DEGRADED, "taken over");
        assertLeaves(views.heard(Standing.Kind.AWAY, 1, "swarm-a", 1, MINUTE), "taken over");
    }

    // ---- an engine that does not work in its swarm ----

    private static Views broken(Duration since) {
        return Views.worker("swarm-a")
                .engine(Membership.ERROR, since)
                .heard(Standing.Kind.AWAY, 1, "swarm-a", 0, SECOND);
    }

    @Test
    void anEngineThatCannotWorkForTenSecondsLeavesToJoinThroughAnotherManager() {
        assertSays(
                broken(TEN_SECONDS.minusMillis(1)).seeing(leader("swarm-a")),
                StageState.FAILED,
                "the engine cannot work in its swarm: rpc error");
        assertLeaves(broken(TEN_SECONDS).seeing(leader("swarm-a")), "for longer than 10 s");
    }

    @Test
    void anEngineThatCannotWorkStaysWhileNoManagerIsInSight() {
        Views views = broken(Duration.ofDays(1)).seeing(worker("swarm-a"));
        assertSays(views, StageState.FAILED, "the engine cannot work in its swarm");
        assertThat(views.plan().verdict().hint()).contains("journalctl -u docker");
    }

    @Test
    void anEngineThatCannotWorkIsSeenToByAskingWhetherTheBoxStillBelongs() {
        Views views = Views.worker("swarm-a").engine(Membership.ERROR, SECOND).seeing(leader("swarm-a"));
        assertDoes(views, FormationStep.Inquire.class);
    }

    @Test
    void anEngineThatCannotWorkDoesNotLeaveASwarmWithWorkloadsForAnother() {
        Views views = broken(Duration.ofDays(1)).thatRanWork().seeing(Views.used(leader("swarm-b")));
        assertSays(views, StageState.FAILED, "the engine cannot work in its swarm");
    }

    @Test
    void anEngineThatCannotWorkInASwarmThatRemovedItLeavesAtOnce() {
        assertLeaves(
                broken(SECOND).seeing(leader("swarm-a")).heard(Standing.Kind.UNKNOWN, 2, "swarm-a", 0, SECOND),
                "the swarm removed this box while it was away");
    }

    @Test
    void anEngineMayTakeTwoMinutesToJoin() {
        Views views =
                Views.worker("swarm-a").seeing(leader("swarm-a")).heard(Standing.Kind.AWAY, 1, "swarm-a", 0, SECOND);
        assertSays(views.engine(Membership.PENDING, MINUTE), StageState.WAITING, "still joining");
        assertLeaves(views.engine(Membership.PENDING, MINUTE.multipliedBy(2)), "still joining");
    }

    @Test
    void aSwarmThatIsBeingFoundedHereIsNotLeftBecauseItsEngineIsSlow() {
        Views views =
                Views.newborn().engine(Membership.PENDING, Duration.ofDays(1)).seeing(leader("swarm-b"));
        assertThat(deeds(views.plan())).isEmpty();
    }
}
