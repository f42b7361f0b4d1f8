package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.swarm.EngineState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The halves of the steps between which others talk. */
class FormationTest {

    private static Formation formation(BallotBox ballots, Duration uptime, Member... others) {
        return formation(
                new FakeManager().asWorker().in(EngineState.Membership.INACTIVE),
                Remembered.NOTHING,
                ballots,
                uptime,
                others);
    }

    private static Formation formation(
            FakeManager engine, Remembered remembered, BallotBox ballots, Duration uptime, Member... others) {
        return formation(engine, remembered, ballots, () -> uptime, others);
    }

    private static Formation formation(
            FakeManager engine, Remembered remembered, BallotBox ballots, Supplier<Duration> uptime, Member... others) {
        Membership membership = new Membership() {
            @Override
            public MemberTable members() {
                return new MemberTable(Views.member(Views.SELF), List.of(others));
            }

            @Override
            public void tell(UnaryOperator<MemberDigest> change) {}
        };
        return new Formation(new Formation.Wiring(
                engine,
                membership,
                SwarmMemory.of(remembered),
                ballots,
                Views.SITE,
                false,
                () -> Optional.of(Views.ADDRESS),
                () -> Views.OVERLAY_POOL,
                () -> "",
                Surroundings::quiet,
                uptime,
                new Random(1),
                topic -> {}));
    }

    /** Another candidate was faster between this box's look around and its own claim. */
    @Test
    void aBoxThatCannotClaimBecauseItsWordIsAnothersKeepsThatWord() {
        BallotBox ballots = BallotBox.of(null, Views.UPTIME);
        Member last = Views.candidate(Views.LAST);
        Formation formation = formation(ballots, Views.UPTIME, last);
        Claim claim = new Claim(Claim.Kind.CLAIM, last.nodeId(), last.boot(), 1, List.of(), "");
        assertThat(formation.answers().claim(claim).granted()).isTrue();
        assertThat(formation.founding().open(new FormationStep.AskAll(List.of(last), "")))
                .isEmpty();
        formation.founding().bound();
        assertThat(ballots.get().promise()).isNotNull();
    }

    /** Seed 69710: an engine took seconds to make a swarm, and a box that knew an older one came into sight meanwhile. */
    @Test
    void aNewbornSwarmDoesNotCountWhenAnotherCameIntoSightMeanwhile() throws Exception {
        assertThat(beforeAnnounce()).isNull();
        assertThat(beforeAnnounce(Views.in("older", SwarmRole.WORKER, "till-8")))
                .isInstanceOf(Outcome.Deferred.class);
    }

    private static @Nullable Outcome beforeAnnounce(Member... others) throws Exception {
        Formation formation = formation(BallotBox.of(null, Views.UPTIME), Views.UPTIME, others);
        formation.observe();
        return formation.founding().beforeAnnounce();
    }

    private static final Place OWN = new Place(SwarmRole.LEADER, FakeManager.SWARM, "node-self", true, 0, true);
    private static final JoinAnswer TAKEN_OVER =
            new JoinAnswer(JoinAnswer.Kind.UNKNOWN, "", FakeManager.SWARM, 1, true, List.of(), "");

    private static Standing afterTakenOver(FakeManager engine, Member teller) throws Exception {
        engine.withManager("node-self", "192.0.2.10:2377", true);
        Formation formation =
                formation(engine, Remembered.NOTHING.in(OWN), BallotBox.of(null, Views.UPTIME), Views.UPTIME, teller);
        formation.heard(teller, "node-self", TAKEN_OVER);
        return formation.observe().standing();
    }

    @Test
    void aBoxThatSaysItTookTheSwarmOverIsNotBelievedWhileItWorksInIt() throws Exception {
        Member liar = Views.takenOver(Views.in(FakeManager.SWARM, SwarmRole.MANAGER, "till-8"), 1);
        Standing standing = afterTakenOver(new FakeManager().withWorker("node-till-8", "ready"), liar);
        assertThat(standing.isAnswered()).isFalse();
    }

    @Test
    void aBoxThatTookTheSwarmOverIsBelievedWhenItDoesNotWorkInTheOldOneAnyMore() throws Exception {
        Member keeper = Views.takenOver(Views.in(FakeManager.SWARM, SwarmRole.LEADER, "till-8"), 1);
        Standing standing = afterTakenOver(new FakeManager().withWorker("node-till-8", "down"), keeper);
        assertThat(standing.isAnswered()).isTrue();
        assertThat(standing.epoch()).isEqualTo(1);
    }

    /** A standby that took over runs with the node of the box whose place it took. */
    @Test
    void aBoxThatTookThisBoxsNodeOverIsBelieved() throws Exception {
        Member keeper = Views.takenOver(Views.as(SwarmRole.LEADER, FakeManager.SWARM, "node-self", "till-8"), 1);
        Standing standing = afterTakenOver(new FakeManager().withWorker("node-till-8", "down"), keeper);
        assertThat(standing.isAnswered()).isTrue();
    }

    private static boolean tellsThatItIsLeaderless(String refusal) throws Exception {
        AtomicReference<Duration> uptime = new AtomicReference<>(Views.UPTIME);
        Formation formation = formation(
                new FakeManager().refusing(refusal),
                Remembered.NOTHING.in(OWN),
                BallotBox.of(null, Views.UPTIME),
                uptime::get);
        formation.observe();
        uptime.set(Views.UPTIME.plusSeconds(30));
        return formation.observe().place().leaderless();
    }

    /** What Docker 20.10 answers when its Raft hears a leader and cannot answer it, as seen in the lab. */
    @Test
    void aManagerWhoseEngineFindsNoLeaderForHalfAMinuteIsLeaderless() throws Exception {
        assertThat(tellsThatItIsLeaderless("rpc error: code = DeadlineExceeded desc = context deadline exceeded"))
                .isTrue();
    }

    @Test
    void aManagerWhoseEngineIsMerelySlowIsNotLeaderless() throws Exception {
        assertThat(tellsThatItIsLeaderless("Read timed out")).isFalse();
        assertThat(tellsThatItIsLeaderless("")).isFalse();
    }
}
