package dev.rwo.agent.swarm.formation;

import static dev.rwo.agent.swarm.formation.Plans.assertDoes;
import static dev.rwo.agent.swarm.formation.Plans.assertWaits;
import static dev.rwo.agent.swarm.formation.Plans.deeds;
import static dev.rwo.agent.swarm.formation.Views.FIRST;
import static dev.rwo.agent.swarm.formation.Views.LAST;
import static dev.rwo.agent.swarm.formation.Views.UPTIME;
import static dev.rwo.agent.swarm.formation.Views.candidate;
import static dev.rwo.agent.swarm.formation.Views.member;
import static dev.rwo.agent.swarm.formation.Views.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.firstboot.StageState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BirthTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    /** After so long, boxes that come and go for ever do not prevent the birth any more. */
    private static final Duration LONG = Duration.ofMinutes(2);

    private static void assertFounds(Views views) {
        assertThat(deeds(views.plan()))
                .hasExactlyElementsOfTypes(
                        FormationStep.AskAll.class, FormationStep.Found.class, FormationStep.Announce.class);
    }

    private static Ballot ballot(Ballot.Promise promise) {
        return new Ballot(promise, 0, null, Duration.ZERO, 0, "");
    }

    // ---- who founds, and when ----

    @Test
    void aBoxThatIsAloneFoundsASwarmOfItsOwn() {
        assertFounds(outside());
        assertThat(outside().plan().verdict().state()).isEqualTo(StageState.RUNNING);
        assertThat(outside().plan().verdict().reason()).contains("founding the swarm of site " + Views.SITE);
    }

    @Test
    void theBoxThatComesFirstAsksEverybodyInSightFoundsAndTellsThem() {
        Member last = candidate(LAST);
        Member other = member("till-8");
        List<FormationStep> steps = outside().seeing(last, other).plan().steps();
        assertThat(steps)
                .satisfiesExactly(
                        ask -> assertThat(((FormationStep.AskAll) ask).voters()).containsExactlyInAnyOrder(last, other),
                        found -> assertThat(found)
                                .isEqualTo(new FormationStep.Found(Views.ADDRESS, Views.OVERLAY_POOL, found.reason())),
                        told -> assertThat(((FormationStep.Announce) told).voters())
                                .containsExactlyInAnyOrder(last, other));
    }

    @Test
    void aBoxWaitsForTheOneThatComesFirst() {
        assertWaits(
                outside().seeing(candidate(FIRST), candidate(LAST)), "waiting for " + FIRST + " to found the swarm");
    }

    @Test
    void aBoxThatIsNoCandidateIsNotWaitedForButAsked() {
        Views views = outside().seeing(member(FIRST));
        assertFounds(views);
        assertThat(((FormationStep.AskAll) deeds(views.plan()).getFirst()).voters())
                .containsExactly(member(FIRST));
    }

    @Test
    void aBoxThatDiedIsNeitherWaitedForNorAsked() {
        Views views = outside().seeing(Views.as(MemberState.DEAD, candidate(FIRST)));
        assertFounds(views);
        assertThat(((FormationStep.AskAll) deeds(views.plan()).getFirst()).voters())
                .isEmpty();
    }

    @Test
    void aBoxThatIsOnlySuspectedIsWaitedForStill() {
        assertWaits(outside().seeing(Views.as(MemberState.SUSPECT, candidate(FIRST))), "waiting for " + FIRST);
    }

    @Test
    void aBoxListensForOthersBeforeItFounds() {
        assertWaits(outside().listeningFor(Duration.ofMillis(4500)), "listening for other boxes for 8 s more");
        assertFounds(outside().listeningFor(Views.WINDOW));
    }

    @Test
    void aBoxThatStoodStillListensAnew() {
        assertWaits(outside().awakeFor(Duration.ofSeconds(2)), "listening for other boxes for 10 s more");
    }

    @Test
    void aWaitingBoxLooksEverySecondToNoticeThatItStoodStill() {
        assertThat(outside().listeningFor(Duration.ZERO).plan().again()).isEqualTo(SECOND);
        assertThat(outside().seeing(candidate(FIRST)).plan().again()).isEqualTo(SECOND);
    }

    @Test
    void boxesThatAreStillAppearingAreWaitedForButNotForEver() {
        Views views = outside().seeing(candidate(LAST)).settledFor(SECOND);
        assertWaits(views.listeningFor(HALF_A_MINUTE), "boxes are still appearing: 1 seen");
        assertFounds(views.listeningFor(LONG));
    }

    @Test
    void aBoxThatIsBeingLetInIsWaitedForButNotForEver() {
        Views views = outside().introducing();
        assertWaits(views.listeningFor(HALF_A_MINUTE), "another box is being let in");
        assertFounds(views.listeningFor(LONG));
    }

    // ---- swarms that were there, or are about to be ----

    @Test
    void aSwarmThatWasInSightLatelyIsWaitedFor() {
        assertWaits(
                outside().lastSaw("swarm-a", "till-8", Duration.ofMinutes(4)),
                "waiting for till-8 to come back with swarm swarm-a, for 60 s more");
    }

    @Test
    void aSwarmThatDoesNotComeBackIsNotWaitedForAnyMore() {
        assertFounds(outside().lastSaw("swarm-a", "till-8", Lapses.WAITED_FOR));
    }

    @Test
    void aNewbornSwarmIsWaitedForBeforeGossipTellsOfIt() {
        Ballot.Born born = new Ballot.Born("swarm-new", Views.nodeId(LAST), UPTIME.minusSeconds(3));
        Views views = outside().seeing(candidate(LAST)).promised(new Ballot(null, 0, born, Duration.ZERO, 0, ""));
        assertWaits(views, LAST + " founded swarm swarm-new");
    }

    @Test
    void aBoxKeepsItsWordToAnotherBeforeItFoundsItself() {
        Ballot.Promise word = new Ballot.Promise(Views.nodeId(LAST), "boot-of-" + LAST, 1, UPTIME.minus(HALF_A_MINUTE));
        Views views = outside().promised(ballot(word));
        assertWaits(views.seeing(candidate(LAST)), "acknowledged " + LAST + ", which is about to found the swarm");
        assertFounds(views.seeing(Views.as(MemberState.DEAD, candidate(LAST))));
    }

    @Test
    void theWordThatABoxGaveToItselfDoesNotHinderIt() {
        Ballot.Promise own = new Ballot.Promise(Views.nodeId(Views.SELF), "boot-of-" + Views.SELF, 1, UPTIME);
        assertFounds(outside().promised(ballot(own)));
    }

    @Test
    void aBoxThatWasRefusedSaysByWhomAndTriesAgain() {
        Views views = outside()
                .seeing(candidate(LAST))
                .promised(Ballot.EMPTY.refused(LAST + ": sees " + FIRST + ", which comes first", UPTIME.plus(SECOND)));
        assertWaits(views, "not every box agrees yet: " + LAST + ": sees " + FIRST);
        assertFounds(views.promised(Ballot.EMPTY.refused("whatever", UPTIME)));
    }

    // ---- what an operator is told meanwhile ----

    @Test
    void aBoxThatSeesNobodySaysWhatToCheck() {
        Views views = outside().listeningFor(SECOND);
        assertThat(views.plan().verdict().hint()).contains("check cable");
        assertThat(views.seeing(candidate(LAST)).plan().verdict().hint()).isEmpty();
    }

    @Test
    void aBoxThatIsHeardOfButCannotBeAMemberIsNamed() {
        Views views = outside().listeningFor(SECOND).hearing("192.0.2.9 is of site shop-18");
        assertWaits(views, "192.0.2.9 is of site shop-18");
        assertThat(views.plan().verdict().hint()).isEmpty();
    }

    // ---- the newborn swarm ----

    @Test
    void aNewbornSwarmIsAnnouncedToEverybodyInSight() {
        Views views = Views.newborn().seeing(candidate(FIRST), candidate(LAST));
        assertDoes(views, FormationStep.Announce.class)
                .satisfies(
                        step -> assertThat(step.voters()).containsExactlyInAnyOrder(candidate(FIRST), candidate(LAST)));
    }

    @Test
    void aNewbornSwarmIsToldToNobodyByGossip() {
        Plan<FormationStep> plan = Views.newborn().havingTold(Place.NONE, true).plan();
        assertThat(plan.steps().getFirst())
                .isInstanceOfSatisfying(
                        FormationStep.Tell.class,
                        tell -> assertThat(tell.place()).isEqualTo(Place.NONE));
    }

    @Test
    void aNewbornSwarmGivesWayToAnyOtherThatIsInSight() {
        Views views = Views.newborn().seeing(Views.in("swarm-z", SwarmRole.WORKER, "till-8"));
        assertDoes(views, FormationStep.Leave.class)
                .satisfies(leave -> assertThat(leave.reason()).contains("swarm-z (till-8)"));
    }

    @Test
    void anAgentThatWasRestartedBeforeItCouldTellListensFirst() {
        assertWaits(
                Views.newborn().seeing(candidate(LAST)).listeningFor(Duration.ofSeconds(2)),
                "listening for other boxes for 10 s more");
    }

    @Test
    void aNewbornSwarmThatSomebodyRefusedIsAnnouncedAgainLater() {
        Views views = Views.newborn().seeing(candidate(LAST));
        assertWaits(
                views.promised(Ballot.EMPTY.refused(LAST + " does not answer", UPTIME.plus(SECOND))),
                "not every box knows the new swarm yet: " + LAST + " does not answer");
        assertDoes(
                views.promised(Ballot.EMPTY.refused(LAST + " does not answer", UPTIME)), FormationStep.Announce.class);
    }
}
