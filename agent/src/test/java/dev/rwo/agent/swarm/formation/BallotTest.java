package dev.rwo.agent.swarm.formation;

import static dev.rwo.agent.swarm.formation.Views.FIRST;
import static dev.rwo.agent.swarm.formation.Views.LAST;
import static dev.rwo.agent.swarm.formation.Views.SELF;
import static dev.rwo.agent.swarm.formation.Views.SITE;
import static dev.rwo.agent.swarm.formation.Views.candidate;
import static dev.rwo.agent.swarm.formation.Views.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One box is asked by two others, of which {@link Views#FIRST} comes first and {@link Views#LAST} last. */
class BallotTest {

    private static final Duration NOW = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration A_LITTLE_LESS = Duration.ofMillis(1);

    @TempDir
    private Path run;

    private static Claim claim(Claim.Kind kind, Member member, long number) {
        String swarmId = kind == Claim.Kind.BORN ? "swarm-of-" + member.digest().name() : "";
        return new Claim(kind, member.nodeId(), member.boot(), number, List.of(), swarmId);
    }

    private static Claim claim(String name) {
        return claim(Claim.Kind.CLAIM, member(name), 1);
    }

    private static Claim born(String name) {
        return claim(Claim.Kind.BORN, member(name), 2);
    }

    /** What a box in no swarm that is no candidate itself knows when it is asked. */
    private static Ballot.Sight sight(Duration uptime, Member... others) {
        return new Ballot.Sight(uptime, SITE, "", "", new MemberTable(member(SELF), List.of(others)));
    }

    private static Ballot.Sight both(Duration uptime) {
        return sight(uptime, candidate(FIRST), candidate(LAST));
    }

    private static Ballot promisedTo(String name) {
        return Ballot.EMPTY.hear(claim(name), sight(NOW)).ballot();
    }

    private static void assertGrants(Ballot.Answer answer) {
        assertThat(answer.reason()).isEmpty();
        assertThat(answer.granted()).isTrue();
    }

    private static void assertRefuses(Ballot.Answer answer, String reason) {
        assertThat(answer.granted()).isFalse();
        assertThat(answer.reason()).contains(reason);
    }

    // ---- promises ----

    @Test
    void theFirstCandidateThatAsksHasTheWord() {
        Ballot.Answer answer = Ballot.EMPTY.hear(claim(FIRST), both(NOW));
        assertGrants(answer);
        assertThat(answer.ballot().promise())
                .isEqualTo(new Ballot.Promise(Views.nodeId(FIRST), "boot-of-" + FIRST, 1, NOW));
    }

    @Test
    void anotherIsRefusedWhileThePromiseStandsAndIsToldToWhom() {
        Ballot.Answer answer = promisedTo(LAST).hear(claim(FIRST), both(NOW.plus(SECOND)));
        assertRefuses(answer, "acknowledged " + LAST);
        assertThat(answer.ballot()).isEqualTo(promisedTo(LAST));
    }

    @Test
    void theSameCandidateMayAskAgainAndThePromiseIsAsGivenThen() {
        Duration later = NOW.plus(SECOND);
        Ballot.Answer answer = promisedTo(FIRST).hear(claim(Claim.Kind.CLAIM, member(FIRST), 2), both(later));
        assertGrants(answer);
        assertThat(answer.ballot().promise())
                .isEqualTo(new Ballot.Promise(Views.nodeId(FIRST), "boot-of-" + FIRST, 2, later));
    }

    @Test
    void anotherBootOfTheSameBoxIsAnother() {
        Member rebooted = Views.boot("another-boot", member(FIRST));
        assertRefuses(
                promisedTo(FIRST).hear(claim(Claim.Kind.CLAIM, rebooted, 1), sight(NOW.plus(SECOND), rebooted)),
                "acknowledged " + FIRST);
    }

    @Test
    void aClaimThatComesAfterALaterOneIsVoid() {
        Ballot later = Ballot.EMPTY
                .hear(claim(Claim.Kind.CLAIM, member(FIRST), 7), both(NOW))
                .ballot();
        assertRefuses(later.hear(claim(Claim.Kind.CLAIM, member(FIRST), 6), both(NOW)), "a later claim");
        assertGrants(later.hear(claim(Claim.Kind.CLAIM, member(FIRST), 7), both(NOW)));
    }

    @Test
    void aWithdrawalFreesTheWord() {
        Ballot.Answer withdrawn =
                promisedTo(LAST).hear(claim(Claim.Kind.WITHDRAW, member(LAST), 1), both(NOW.plus(SECOND)));
        assertGrants(withdrawn);
        assertGrants(withdrawn.ballot().hear(claim(FIRST), both(NOW.plus(SECOND))));
    }

    @Test
    void nobodyWithdrawsWhatWasPromisedToAnother() {
        Ballot ballot = promisedTo(LAST);
        assertThat(ballot.hear(claim(Claim.Kind.WITHDRAW, member(FIRST), 9), both(NOW))
                        .ballot())
                .isEqualTo(ballot);
    }

    @Test
    void aWithdrawalThatComesAfterALaterClaimFreesNothing() {
        Ballot later = Ballot.EMPTY
                .hear(claim(Claim.Kind.CLAIM, member(FIRST), 7), both(NOW))
                .ballot();
        assertThat(later.hear(claim(Claim.Kind.WITHDRAW, member(FIRST), 6), both(NOW))
                        .ballot())
                .isEqualTo(later);
    }

    @Test
    void aWordMayBeUsedForAShorterTimeThanItIsKept() {
        assertThat(Ballot.FRESH.multipliedBy(2)).isLessThan(Ballot.KEPT_THOUGH_DEAD);
        assertThat(Ballot.KEPT_THOUGH_DEAD).isLessThan(Ballot.KEPT);
    }

    @Test
    void thePromiseToABoxThatDiedIsForgottenAfterAWhileButNotAtOnce() {
        MemberTable dead =
                sight(NOW, Views.as(MemberState.DEAD, candidate(LAST))).members();
        Duration end = NOW.plus(Ballot.KEPT_THOUGH_DEAD);
        assertThat(promisedTo(LAST).isBound(end.minus(A_LITTLE_LESS), dead)).isTrue();
        assertThat(promisedTo(LAST).isBound(end, dead)).isFalse();
    }

    @Test
    void thePromiseToABoxThatIsNoCandidateAnyMoreIsForgottenAfterAWhile() {
        MemberTable outOfTheRace = sight(NOW, member(LAST)).members();
        assertThat(promisedTo(LAST).isBound(NOW.plus(Ballot.KEPT_THOUGH_DEAD), outOfTheRace))
                .isFalse();
    }

    @Test
    void thePromiseToABoxThatRebootedIsForgottenAfterAWhile() {
        MemberTable rebooted =
                sight(NOW, Views.boot("another-boot", candidate(LAST))).members();
        assertThat(promisedTo(LAST).isBound(NOW.plus(Ballot.KEPT_THOUGH_DEAD), rebooted))
                .isFalse();
    }

    @Test
    void thePromiseToACandidateThatLivesButFoundsNothingIsForgottenAfterAMinute() {
        Duration end = NOW.plus(Ballot.KEPT);
        assertRefuses(promisedTo(LAST).hear(claim(FIRST), both(end.minus(A_LITTLE_LESS))), "acknowledged " + LAST);
        assertGrants(promisedTo(LAST).hear(claim(FIRST), both(end)));
    }

    // ---- what a box sees ----

    @Test
    void aBoxThatIsInASwarmItselfRefuses() {
        Ballot.Sight inside =
                new Ballot.Sight(NOW, SITE, "is in a swarm", "", both(NOW).members());
        assertRefuses(Ballot.EMPTY.hear(claim(FIRST), inside), "is in a swarm");
        assertRefuses(Ballot.EMPTY.hear(born(FIRST), inside), "is in a swarm");
    }

    @Test
    void aBoxThatSeesASwarmRefuses() {
        Ballot.Sight sight = sight(NOW, candidate(FIRST), Views.in("swarm-a", SwarmRole.WORKER, "till-8"));
        assertRefuses(Ballot.EMPTY.hear(claim(FIRST), sight), "sees till-8 in swarm swarm-a");
        assertRefuses(Ballot.EMPTY.hear(born(FIRST), sight), "sees till-8 in swarm swarm-a");
    }

    @Test
    void aBoxThatSawASwarmLatelyRefusesAllButThatOne() {
        Ballot.Sight sight =
                new Ballot.Sight(NOW, SITE, "", "swarm-of-" + LAST, both(NOW).members());
        assertRefuses(Ballot.EMPTY.hear(claim(FIRST), sight), "waits for swarm swarm-of-" + LAST);
        assertRefuses(Ballot.EMPTY.hear(born(FIRST), sight), "waits for swarm swarm-of-" + LAST);
        assertGrants(Ballot.EMPTY.hear(born(LAST), sight));
    }

    @Test
    void aCandidateIsRefusedForABetterOneThatItDoesNotSee() {
        assertRefuses(Ballot.EMPTY.hear(claim(LAST), both(NOW)), "sees " + FIRST + ", which comes first");
    }

    @Test
    void aCandidateIsRefusedByABetterOne() {
        Ballot.Sight self = new Ballot.Sight(NOW, SITE, "", "", new MemberTable(candidate(SELF), List.of()));
        assertRefuses(Ballot.EMPTY.hear(claim(LAST), self), "sees " + SELF + ", which comes first");
        assertGrants(Ballot.EMPTY.hear(claim(FIRST), self));
    }

    @Test
    void aBetterBoxThatIsNoCandidateOrIsDeadHindersNobody() {
        assertGrants(Ballot.EMPTY.hear(claim(LAST), sight(NOW, member(FIRST))));
        assertGrants(Ballot.EMPTY.hear(claim(LAST), sight(NOW, Views.as(MemberState.DEAD, candidate(FIRST)))));
    }

    // ---- newborn swarms ----

    @Test
    void aSwarmThatExistsIsAcknowledgedThoughABetterCandidateIsInSight() {
        Ballot.Answer answer = Ballot.EMPTY.hear(born(LAST), both(NOW));
        assertGrants(answer);
        assertThat(answer.ballot().born()).isEqualTo(new Ballot.Born("swarm-of-" + LAST, Views.nodeId(LAST), NOW));
    }

    @Test
    void aSwarmThatExistsIsNotAcknowledgedWhileTheWordIsAnothers() {
        assertRefuses(promisedTo(FIRST).hear(born(LAST), both(NOW.plus(SECOND))), "acknowledged " + FIRST);
    }

    @Test
    void aBoxThatAcknowledgedASwarmRefusesAllOthersThoughItsFounderWithdraws() {
        Ballot ballot = Ballot.EMPTY.hear(born(LAST), both(NOW)).ballot();
        Ballot withdrawn = ballot.hear(claim(Claim.Kind.WITHDRAW, member(LAST), 2), both(NOW))
                .ballot();
        Duration end = NOW.plus(Ballot.KEPT);
        assertRefuses(withdrawn.hear(claim(FIRST), both(NOW)), "knows of the newborn swarm swarm-of-" + LAST);
        assertRefuses(withdrawn.hear(born(FIRST), both(end.minus(A_LITTLE_LESS))), "knows of the newborn swarm");
        assertGrants(withdrawn.hear(claim(FIRST), both(end)));
    }

    // ---- claims of one's own ----

    @Test
    void aBoxThatClaimsGivesItsWordToItself() {
        Ballot own = Ballot.EMPTY.claiming(both(NOW)).orElseThrow();
        assertRefuses(own.hear(claim(FIRST), both(NOW)), "acknowledged " + SELF);
    }

    @Test
    void aBoxWhoseWordIsAnothersDoesNotClaim() {
        assertThat(promisedTo(FIRST).claiming(both(NOW))).isEmpty();
        assertThat(promisedTo(FIRST).claiming(both(NOW.plus(Ballot.KEPT)))).isPresent();
    }

    @Test
    void everyClaimHasAHigherNumberThoughTheLastWasRefused() {
        Ballot first = Ballot.EMPTY.claiming(both(NOW)).orElseThrow();
        Ballot second =
                first.refused("no", NOW.plus(SECOND)).claiming(both(NOW)).orElseThrow();
        assertThat(first.numbers()).isEqualTo(1);
        assertThat(second.numbers()).isEqualTo(2);
    }

    @Test
    void aBoxWhoseClaimWasRefusedMayGiveItsWordToAnotherAndWaits() {
        Ballot refused = Ballot.EMPTY.claiming(both(NOW)).orElseThrow().refused("till-8: no", NOW.plus(SECOND));
        assertThat(refused.refusal()).isEqualTo("till-8: no");
        assertThat(refused.notBefore()).isEqualTo(NOW.plus(SECOND));
        assertThat(refused.refusals()).isEqualTo(1);
        assertGrants(refused.hear(claim(FIRST), both(NOW)));
    }

    // ---- over a restart of the agent ----

    @Test
    void aPromiseOutlivesARestartOfTheAgentAndCountsAsGivenThen() {
        Path file = run.resolve("promise.json");
        assertGrants(new BallotBox(file, NOW).hear(claim(LAST), sight(NOW)));
        Duration later = NOW.plus(Ballot.KEPT);
        BallotBox restarted = new BallotBox(file, later);
        assertThat(restarted.get().promise())
                .isEqualTo(new Ballot.Promise(Views.nodeId(LAST), "boot-of-" + LAST, 1, later));
        assertRefuses(restarted.hear(claim(FIRST), both(later)), "acknowledged " + LAST);
        assertGrants(restarted.hear(claim(LAST), sight(later)));
    }

    @Test
    void theLastPromiseOutlivesARestartNotTheFirst() {
        Path file = run.resolve("promise.json");
        BallotBox box = new BallotBox(file, NOW);
        Duration later = NOW.plus(Ballot.KEPT);
        assertGrants(box.hear(claim(LAST), sight(NOW)));
        assertGrants(box.hear(claim(FIRST), sight(later)));
        assertRefuses(
                new BallotBox(file, later).hear(claim(LAST), sight(later, member(FIRST))), "acknowledged " + FIRST);
    }

    @Test
    void anAgentThatRestartedWhileItClaimedDoesNotClaimAgainAtOnce() {
        Path file = run.resolve("promise.json");
        assertThat(new BallotBox(file, NOW).claim(sight(NOW))).isEqualTo(OptionalLong.of(1));
        Member rebooted = Views.boot("another-boot", candidate(SELF));
        MemberTable alone = new MemberTable(rebooted, List.of());
        Duration later = NOW.plus(Ballot.KEPT_THOUGH_DEAD);
        BallotBox restarted = new BallotBox(file, NOW);
        assertThat(restarted.claim(new Ballot.Sight(NOW, SITE, "", "", alone))).isEmpty();
        assertThat(restarted.claim(new Ballot.Sight(later, SITE, "", "", alone)))
                .isPresent();
    }

    @Test
    void anAgentThatPromisedNothingRemembersNothing() {
        Path file = run.resolve("promise.json");
        BallotBox box = new BallotBox(file, NOW);
        assertRefuses(box.hear(claim(LAST), both(NOW)), "comes first");
        assertThat(box.get()).isEqualTo(Ballot.EMPTY);
        assertThat(new BallotBox(file, NOW).get()).isEqualTo(Ballot.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"candidate\": \"id", "[1, 2]", "null", "{\"candidate\": null}", "\u0000\u0000\u0000"})
    void aDamagedFileIsNoPromise(String content) throws IOException {
        Path file = Files.writeString(run.resolve("promise.json"), content);
        BallotBox box = new BallotBox(file, NOW);
        assertThat(box.get()).isEqualTo(Ballot.EMPTY);
        assertGrants(box.hear(claim(FIRST), both(NOW)));
    }

    @Test
    void aFileThatCannotBeWrittenCostsThePromiseOnlyWhenTheAgentRestarts() throws IOException {
        Path file = Files.createFile(run.resolve("no-directory")).resolve("promise.json");
        BallotBox box = new BallotBox(file, NOW);
        assertGrants(box.hear(claim(LAST), sight(NOW)));
        assertRefuses(box.hear(claim(FIRST), both(NOW)), "acknowledged " + LAST);
    }

    // ---- over the wire ----

    @Test
    void aClaimIsReadAsItWasSent() {
        Claim sent = new Claim(Claim.Kind.BORN, "id1", "boot-1", 3, List.of("id2", "id3"), "swarm-a");
        assertThat(Claim.fromJson(sent.toJson())).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource({"kind,ELECT", "candidate,''", "candidate,'a b'", "boot,<script>", "swarmId,'a\nb'", "visible,id2"})
    void aClaimThatMakesNoSenseIsRefusedWithWhatIsWrong(String field, String value) {
        ObjectNode json = claim(FIRST).toJson().put(field, value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Claim.fromJson(json))
                .withMessageContaining(field);
    }

    @Test
    void aClaimIsNumberedFromOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Claim.fromJson(claim(FIRST).toJson().put("ballot", 0)))
                .withMessageContaining("ballot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Claim.fromJson(claim(FIRST).toJson().put("ballot", 1.5)))
                .withMessageContaining("ballot");
    }
}
