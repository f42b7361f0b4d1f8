package dev.rwo.agent.swarm.formation;

import static dev.rwo.agent.swarm.formation.Plans.assertDoes;
import static dev.rwo.agent.swarm.formation.Plans.assertSays;
import static dev.rwo.agent.swarm.formation.Plans.assertWaits;
import static dev.rwo.agent.swarm.formation.Plans.deeds;
import static dev.rwo.agent.swarm.formation.Views.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.swarm.EngineState.Membership;
import dev.rwo.firstboot.StageState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormationPlannerTest {

    private static final String WRONG_CLOCK =
            "this box's clock is wrong: it is in 1970-01-01, but the site exists from 2026-11-23T00:00:00Z to"
                    + " 2036-11-23T00:00:00Z";
    private static final String COPIED_DISK =
            "this disk is a copy of node till-7 at 192.0.2.7:8444: flash this box anew to make it a node of its own";

    private static Member leader(String swarmId, String name) {
        return Views.in(swarmId, SwarmRole.LEADER, name);
    }

    private static Member manager(String swarmId, String name) {
        return Views.in(swarmId, SwarmRole.MANAGER, name);
    }

    private static Member worker(String swarmId, String name) {
        return Views.in(swarmId, SwarmRole.WORKER, name);
    }

    // ---- boxes that may not ----

    @Test
    void aBoxWithoutASiteWaitsForItsCredential() {
        assertWaits(outside().ofNoSite().seeing(leader("swarm-a", "till-8")), "belongs to no site");
        assertThat(outside().ofNoSite().plan().verdict().hint()).contains("./rwo site seed");
    }

    @Test
    void aBoxWhoseClockIsWrongNeitherFoundsNorJoinsAndSaysWhy() {
        assertWaits(outside().kept(WRONG_CLOCK), WRONG_CLOCK);
        assertWaits(outside().kept(WRONG_CLOCK).seeing(leader("swarm-a", "till-8")), WRONG_CLOCK);
    }

    @Test
    void aCopyOfAnotherBoxNeitherFoundsNorJoinsAndLeavesASwarm() {
        assertWaits(outside().copiedFrom(COPIED_DISK), COPIED_DISK);
        assertWaits(outside().copiedFrom(COPIED_DISK).seeing(leader("swarm-a", "till-8")), COPIED_DISK);
        for (Views inside : List.of(Views.worker("swarm-a"), Views.leader("swarm-a"))) {
            assertDoes(inside.copiedFrom(COPIED_DISK), FormationStep.Leave.class)
                    .satisfies(leave -> assertThat(leave.reason()).isEqualTo(COPIED_DISK));
        }
    }

    @Test
    void aBoxThatMayNotAnyMoreTellsTheOthersThatItIsNoCandidate() {
        assertThat(outside().kept(WRONG_CLOCK).plan().steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        FormationStep.Tell.class,
                        tell -> assertThat(tell.candidate()).isFalse());
    }

    @Test
    void aBoxWithoutAnAddressWaitsForOne() {
        assertWaits(outside().withoutAddress(), "waiting for a network address");
        assertWaits(outside().withoutAddress().seeing(leader("swarm-a", "till-8")), "waiting for a network address");
    }

    @Test
    void aWitnessJoinsNothingAndTellsWhatItIs() {
        Views witness = outside().asWitness().seeing(leader("swarm-a", "till-8"));
        assertSays(witness, StageState.DONE, "witness");
        assertThat(witness.plan().steps()).singleElement().isInstanceOfSatisfying(FormationStep.Tell.class, tell -> {
            assertThat(tell.place().role()).isEqualTo(SwarmRole.WITNESS);
            assertThat(tell.candidate()).isFalse();
        });
    }

    @Test
    void aLockedSwarmFailsWithTheCommandThatUnlocksIt() {
        Views locked = Views.worker("swarm-a").engine(Membership.LOCKED, Duration.ofDays(1));
        assertSays(locked, StageState.FAILED, "locked");
        assertThat(locked.plan().verdict().hint()).contains("docker swarm unlock");
    }

    // ---- joining ----

    @Test
    void aBoxJoinsTheSwarmThatItSeesThroughItsLeader() {
        Views views = outside().seeing(manager("swarm-a", "till-7"), leader("swarm-a", "till-8"));
        assertDoes(views, FormationStep.Join.class).satisfies(join -> {
            assertThat(join.swarmId()).isEqualTo("swarm-a");
            assertThat(join.manager().digest().name()).isEqualTo("till-8");
            assertThat(join.advertised()).isEqualTo(Views.ADDRESS);
            assertThat(join.reason()).contains("till-8").contains(Views.SITE);
        });
        assertThat(views.plan().verdict().state()).isEqualTo(StageState.RUNNING);
    }

    @ParameterizedTest
    @CsvSource({"0,till-8", "1,till-7", "2,till-9", "3,till-8"})
    void eachAttemptToJoinAsksAnotherManager(int attempts, String asked) {
        Views views = outside()
                .seeing(manager("swarm-a", "till-9"), leader("swarm-a", "till-8"), manager("swarm-a", "till-7"))
                .afterJoinAttempts(attempts);
        assertDoes(views, FormationStep.Join.class)
                .extracting(join -> join.manager().digest().name())
                .isEqualTo(asked);
    }

    @Test
    void aManagerThatIsSuspectedIsAskedLast() {
        Views views = outside()
                .seeing(Views.as(MemberState.SUSPECT, leader("swarm-a", "till-7")), manager("swarm-a", "till-8"));
        assertDoes(views, FormationStep.Join.class)
                .extracting(join -> join.manager().digest().name())
                .isEqualTo("till-8");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aManagerThatWasLeftBehindByATakeoverIsNeverAsked(int attempts) {
        Views views = outside()
                .seeing(leader("swarm-a", "till-7"), Views.takenOver(leader("swarm-a", "till-8"), 1))
                .afterJoinAttempts(attempts);
        assertDoes(views, FormationStep.Join.class)
                .extracting(join -> join.manager().digest().name())
                .isEqualTo("till-8");
    }

    @Test
    void aBoxThatSeesASwarmJoinsWithoutListeningAnyLonger() {
        assertDoes(outside().listeningFor(Duration.ZERO).seeing(leader("swarm-a", "till-8")), FormationStep.Join.class);
    }

    @Test
    void aSwarmWithWorkloadsIsJoinedRatherThanOneWithout() {
        Views views = outside().seeing(leader("swarm-a", "till-7"), Views.used(leader("swarm-b", "till-8")));
        assertDoes(views, FormationStep.Join.class)
                .extracting(FormationStep.Join::swarmId)
                .isEqualTo("swarm-b");
    }

    @Test
    void ofTwoSwarmsWithoutWorkloadsTheOneThatWillGoOnIsJoined() {
        Views views = outside().seeing(leader("swarm-b", "till-7"), leader("swarm-a", "till-8"));
        assertDoes(views, FormationStep.Join.class)
                .extracting(FormationStep.Join::swarmId)
                .isEqualTo("swarm-a");
    }

    @Test
    void betweenTwoSwarmsWithWorkloadsAPersonDecides() {
        Views views =
                outside().seeing(Views.used(leader("swarm-a", "till-7")), Views.used(leader("swarm-b", "till-8")));
        assertWaits(views, "two swarms with workloads: swarm-a (till-7) and swarm-b (till-8)");
        assertThat(views.plan().verdict().hint()).contains("rwo swarm dissolve");
    }

    @Test
    void aSwarmOfWhichNoManagerIsSeenIsWaitedForAndNoOtherFounded() {
        Views views = outside().seeing(worker("swarm-a", "till-8"));
        assertWaits(views, "sees swarm-a (till-8), but none of that swarm's managers");
        assertThat(views.plan().verdict().hint()).contains("rwo recover");
    }

    @Test
    void aSwarmThatAnOperatorGaveUpHereIsNotJoinedWhileThereIsAnother() {
        Views views = outside()
                .remembering(Remembered.NOTHING.givingUp("swarm-a"))
                .seeing(leader("swarm-a", "till-7"), leader("swarm-b", "till-8"));
        assertDoes(views, FormationStep.Join.class)
                .extracting(FormationStep.Join::swarmId)
                .isEqualTo("swarm-b");
    }

    @Test
    void aSwarmThatAnOperatorGaveUpHereIsBetterThanNone() {
        Views views =
                outside().remembering(Remembered.NOTHING.givingUp("swarm-a")).seeing(leader("swarm-a", "till-7"));
        assertDoes(views, FormationStep.Join.class);
    }

    // ---- what is remembered and told ----

    @Test
    void aSwarmThatTheEngineDoesNotKnowIsForgottenButNotWhatWasGivenUp() {
        Remembered before = Remembered.NOTHING
                .givingUp("swarm-z")
                .in(Views.worker("swarm-a").view().place());
        assertDoes(outside().remembering(before), FormationStep.Remember.class).satisfies(remember -> {
            assertThat(remember.what().isNothing()).isTrue();
            assertThat(remember.what().givenUp()).containsExactly("swarm-z");
        });
    }

    @Test
    void anEngineThatMayStillMakeASwarmIsWaitedForThoughAnotherIsInSight() {
        Views views = outside()
                .remembering(Remembered.NOTHING.founding())
                .inDoubtFor(Duration.ofSeconds(7))
                .seeing(leader("swarm-a", "till-8"));
        assertWaits(views, "finding out whether the engine made the swarm");
        assertThat(views.plan().again()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aSwarmThatTheEngineDidNotMakeInTimeIsForgotten() {
        assertDoes(outside().remembering(Remembered.NOTHING.founding()), FormationStep.Remember.class)
                .extracting(FormationStep.Remember::what)
                .isEqualTo(Remembered.NOTHING);
    }

    @Test
    void aBoxTellsThatItIsACandidateBeforeItClaims() {
        List<FormationStep> steps =
                outside().havingTold(Place.NONE, false).plan().steps();
        assertThat(steps.getFirst())
                .isInstanceOfSatisfying(
                        FormationStep.Tell.class,
                        tell -> assertThat(tell.candidate()).isTrue());
        assertThat(steps.get(1)).isInstanceOf(FormationStep.AskAll.class);
    }

    @Test
    void whatTheOthersKnowIsNotToldAgain() {
        assertThat(outside().plan().steps()).noneMatch(FormationStep.Tell.class::isInstance);
        assertThat(Views.leader("swarm-a").plan().steps()).isEmpty();
    }

    @Test
    void aBoxThatIsInASwarmTellsSoAndThatItIsNoCandidate() {
        Views views = Views.leader("swarm-a").havingTold(Place.NONE, true);
        assertThat(views.plan().steps()).singleElement().isInstanceOfSatisfying(FormationStep.Tell.class, tell -> {
            assertThat(tell.place()).isEqualTo(views.view().place());
            assertThat(tell.candidate()).isFalse();
        });
    }

    @Test
    void aSwarmThatSomebodyElseMadeOnThisEngineIsRemembered() {
        Views views = Views.leader("swarm-a").remembering(Remembered.NOTHING);
        assertThat(deeds(views.plan()))
                .containsExactly(new FormationStep.Remember(
                        Remembered.NOTHING.in(views.view().place()),
                        "what this box remembers of its swarm has changed"));
    }
}
