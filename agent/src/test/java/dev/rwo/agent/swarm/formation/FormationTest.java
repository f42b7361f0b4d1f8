package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.swarm.EngineState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The halves of the steps between which others talk. */
class FormationTest {

    private static Formation formation(BallotBox ballots, Duration uptime, Member... others) {
        Membership membership = new Membership() {
            @Override
            public MemberTable members() {
                return new MemberTable(Views.member(Views.SELF), List.of(others));
            }

            @Override
            public void tell(UnaryOperator<MemberDigest> change) {}
        };
        return new Formation(new Formation.Wiring(
                new FakeManager().asWorker().in(EngineState.Membership.INACTIVE),
                membership,
                SwarmMemory.of(Remembered.NOTHING),
                ballots,
                Views.SITE,
                false,
                () -> Optional.of(Views.ADDRESS),
                () -> Views.OVERLAY_POOL,
                () -> "",
                Surroundings::quiet,
                () -> uptime,
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
        assertThat(formation.hear(claim).granted()).isTrue();
        assertThat(formation.open(new FormationStep.AskAll(List.of(last), ""))).isEmpty();
        formation.bound();
        assertThat(ballots.get().promise()).isNotNull();
    }
}
