package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState.Membership;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A box whose clock that never jumps says a thousand seconds when its agent looks for the first time. */
class LapsesTest {

    private static final Member OTHER = Views.member("till-7");
    private static final Member MANAGER = Views.in("swarm-a", SwarmRole.MANAGER, "till-8");
    private static final Place IN_SWARM_A = new Place(SwarmRole.WORKER, "swarm-a", "node-self", false, 0, false);

    private Lapses lapses = Lapses.NONE;

    private static Duration at(int second) {
        return Duration.ofSeconds(1000 + second);
    }

    private static MemberTable seeing(Member... others) {
        return new MemberTable(Views.member(Views.SELF), List.of(others));
    }

    private void looks(int second, Member... others) {
        looks(second, Membership.INACTIVE, Place.NONE, others);
    }

    private void looks(int second, Membership membership, Place place, Member... others) {
        lapses = lapses.after(at(second), seeing(others), membership, place);
    }

    // ---- a manager without a leader ----

    @Test
    void aManagerThatFindsNoLeaderIsLeaderlessForLongAfterHalfAMinuteUntilItFindsOne() {
        Place finding = new Place(SwarmRole.MANAGER, "swarm-a", "node-self", false, 0, true);
        Place leaderless = finding.leaderless(true);
        looks(0, Membership.ACTIVE, finding);
        looks(5, Membership.ACTIVE, leaderless);
        looks(34, Membership.ACTIVE, leaderless);
        assertThat(lapses.isLeaderlessForLong()).isFalse();
        looks(35, Membership.ACTIVE, leaderless);
        assertThat(lapses.isLeaderlessForLong()).isTrue();
        looks(36, Membership.ACTIVE, finding);
        assertThat(lapses.isLeaderlessForLong()).isFalse();
    }

    // ---- standing still ----

    @Test
    void aBoxThatLooksAroundAgainAndAgainIsAwake() {
        for (int second = 0; second <= 30; second += 6) {
            looks(second);
        }
        assertThat(lapses.awake()).hasSeconds(30);
    }

    @Test
    void anAgentThatJustStartedHasNotBeenAwakeSinceTheMachineStarted() {
        looks(0);
        assertThat(lapses.awake()).isZero();
    }

    @Test
    void aBoxThatStoodStillHasNotBeenAwakeMeanwhile() {
        looks(0);
        looks(5);
        looks(12);
        assertThat(lapses.awake()).isZero();
        looks(14);
        assertThat(lapses.awake()).hasSeconds(2);
    }

    @Test
    void aBoxThatAsksTheOthersIsAwakeMeanwhile() {
        looks(0);
        lapses = lapses.asking(at(4));
        looks(9);
        assertThat(lapses.awake()).hasSeconds(9);
    }

    @Test
    void aBoxThatStoodStillWhileItAskedWasNotAwake() {
        looks(0);
        lapses = lapses.asking(at(7));
        looks(8);
        assertThat(lapses.awake()).isZero();
    }

    // ---- who is there ----

    @Test
    void theCompanyIsSettledSinceItIsTheSame() {
        looks(0, OTHER);
        looks(3, OTHER);
        assertThat(lapses.settled()).hasSeconds(3);
        looks(4, OTHER, Views.member("till-9"));
        assertThat(lapses.settled()).isZero();
        looks(6, Views.as(MemberState.SUSPECT, OTHER), Views.member("till-9"));
        assertThat(lapses.settled()).hasSeconds(2);
        looks(7, Views.as(MemberState.DEAD, OTHER), Views.member("till-9"));
        assertThat(lapses.settled()).isZero();
    }

    @Test
    void aBoxThatRebootedIsNewCompany() {
        looks(0, OTHER);
        looks(3, Views.boot("another-boot", OTHER));
        assertThat(lapses.settled()).isZero();
    }

    @Test
    void aRivalCountsFromWhenItIsInSightAndAnewWhenItWasGone() {
        Member rival = Views.in("swarm-b", SwarmRole.LEADER, "till-9");
        looks(0, Membership.ACTIVE, IN_SWARM_A, MANAGER);
        assertThat(lapses.rivalled()).isZero();
        looks(2, Membership.ACTIVE, IN_SWARM_A, MANAGER, rival);
        looks(5, Membership.ACTIVE, IN_SWARM_A, MANAGER, rival);
        assertThat(lapses.rivalled()).hasSeconds(3);
        looks(6, Membership.ACTIVE, IN_SWARM_A, MANAGER);
        assertThat(lapses.rivalled()).isZero();
        looks(7, Membership.ACTIVE, IN_SWARM_A, MANAGER, rival);
        looks(9, Membership.ACTIVE, IN_SWARM_A, MANAGER, rival);
        assertThat(lapses.rivalled()).hasSeconds(2);
    }

    @Test
    void aHigherEpochOfTheOwnSwarmIsARival() {
        looks(0, Membership.ACTIVE, IN_SWARM_A, Views.takenOver(MANAGER, 1));
        looks(5, Membership.ACTIVE, IN_SWARM_A, Views.takenOver(MANAGER, 1));
        assertThat(lapses.rivalled()).hasSeconds(5);
    }

    @Test
    void aBoxInNoSwarmHasNoRival() {
        looks(0, MANAGER);
        looks(5, MANAGER);
        assertThat(lapses.rivalled()).isZero();
    }

    @Test
    void anEngineIsStuckSinceItDoesNotWorkInItsSwarm() {
        looks(0, Membership.ACTIVE, IN_SWARM_A);
        assertThat(lapses.beingStuck()).isZero();
        looks(2, Membership.ERROR, IN_SWARM_A);
        looks(6, Membership.ERROR, IN_SWARM_A);
        assertThat(lapses.beingStuck()).hasSeconds(4);
        looks(8, Membership.ACTIVE, IN_SWARM_A);
        looks(9, Membership.ERROR, IN_SWARM_A);
        assertThat(lapses.beingStuck()).isZero();
    }

    // ---- swarms that were in sight ----

    @Test
    void aSwarmThatWasInSightIsRememberedForFiveMinutes() {
        looks(0, MANAGER, OTHER);
        looks(5, OTHER);
        Duration end = at(0).plus(Lapses.WAITED_FOR);
        assertThat(lapses.lately(end.minusMillis(1))).contains(new Lapses.Seen("swarm-a", "till-8", at(0)));
        assertThat(lapses.lately(end)).isEmpty();
    }

    @Test
    void aSwarmWhoseMembersAreDeadIsNotInSight() {
        looks(0, Views.as(MemberState.DEAD, MANAGER));
        assertThat(lapses.lately(at(0))).isEmpty();
    }

    @Test
    void aSwarmThatComesAndGoesWhileTheEngineDoesNotAnswerIsRemembered() {
        looks(0);
        lapses = lapses.seeing(at(3), seeing(MANAGER));
        lapses = lapses.seeing(at(4), seeing(OTHER));
        looks(5, OTHER);
        assertThat(lapses.lately(at(5))).contains(new Lapses.Seen("swarm-a", "till-8", at(3)));
    }

    @Test
    void lookingAtTheMembersAloneIsNoListening() {
        looks(0);
        lapses = lapses.seeing(at(5), seeing(OTHER));
        looks(10, OTHER);
        assertThat(lapses.awake()).isZero();
        assertThat(lapses.settled()).isZero();
    }

    @Test
    void aSwarmThatItsFounderToldOfIsWaitedForBeforeGossipTellsOfIt() {
        Lapses.Seen news = new Lapses.Seen("swarm-new", "till-9", at(1));
        looks(0);
        lapses = lapses.hearing(news);
        looks(2, Views.member("till-9"));
        assertThat(lapses.lately(at(2))).contains(news);
    }

    @Test
    void aSwarmThatThisBoxLeftIsNotWaitedFor() {
        looks(0, Membership.ACTIVE, IN_SWARM_A, MANAGER);
        lapses = lapses.leaving();
        assertThat(lapses.lately(at(0))).isEmpty();
    }

    @Test
    void hearingAndLeavingChangeNothingElse() {
        looks(0, OTHER);
        looks(4, OTHER);
        Lapses before = lapses;
        assertThat(before.hearing(new Lapses.Seen("swarm-a", "till-8", at(4))).leaving())
                .isEqualTo(before);
    }
}
