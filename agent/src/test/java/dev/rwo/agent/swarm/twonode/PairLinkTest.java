package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bookkeeping; most of these were found by the simulator. */
class PairLinkTest {

    private static final String SWARM = "s1";

    private static PairLink box(String id, Role role, String guard) {
        PairMemory memory = PairMemory.NOTHING.withPlace(role, true, SWARM, 0).withPeer("other", "box-other", "");
        return new PairLink(id, id, "boot-" + id, TwoNodeTiming.DEFAULT, memory, guard, changed -> {});
    }

    private static Contact from(Role role, long sequence, long epoch, boolean pair, boolean suspended, boolean taking) {
        return new Contact(
                "other",
                "box-other",
                "b",
                sequence,
                SWARM,
                epoch,
                role == Role.KEEPER,
                pair,
                suspended,
                "WITNESS",
                taking);
    }

    private static Duration at(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void anAnswerCountsFromWhenItsQuestionWasSent() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        keeper.answered(keeper.message(), from(Role.STANDBY, 1, 0, true, false, false), at(10), at(15));
        assertThat(keeper.peer(false).acknowledged()).isEqualTo(at(10));
        assertThat(keeper.peer(false).heard()).isEqualTo(at(15));
    }

    @Test
    void theAnswerOfABoxThatTakesOverProvesNothing() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        keeper.answered(keeper.message(), from(Role.STANDBY, 1, 0, true, false, true), at(10), at(10));
        assertThat(keeper.peer(false).acknowledged()).isNull();
    }

    @Test
    void aLateAnswerDoesNotHideThatTheOtherTookOver() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        keeper.answered(keeper.message(), from(Role.KEEPER, 5, 1, true, false, false), at(20), at(20));
        keeper.answered(keeper.message(), from(Role.STANDBY, 4, 0, true, false, true), at(14), at(21));
        assertThat(keeper.peer(false).keeper()).isTrue();
        assertThat(keeper.peer(false).epoch()).isEqualTo(1);
        assertThat(keeper.peer(false).acknowledged()).isNull();
    }

    @Test
    void aBoxThatTakesOverReleasesNobody() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        keeper.place(Role.KEEPER, false, SWARM, 0);
        keeper.answered(keeper.message(), from(Role.STANDBY, 1, 0, false, false, true), at(10), at(10));
        assertThat(keeper.memory().pair()).isTrue();
        keeper.answered(keeper.message(), from(Role.STANDBY, 2, 0, false, false, false), at(12), at(12));
        assertThat(keeper.memory().pair()).isFalse();
    }

    @Test
    void anEntryThatGoesFromTheSwarmEndsNoGuardedPair() {
        PairLink keeper = box("me", Role.KEEPER, "GATEWAY");
        keeper.place(Role.KEEPER, false, SWARM, 0);
        assertThat(keeper.memory().pair()).isTrue();
    }

    @Test
    void aRestartedKeeperReleasesNobodyBeforeItsFirstLook() {
        assertThat(box("me", Role.KEEPER, "GATEWAY").message().pair()).isTrue();
    }

    @Test
    void aPromiseThatIsAskedForAgainIsNotLost() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        keeper.suspend(true);
        Contact question = keeper.message();
        keeper.suspend(true);
        keeper.answered(question, from(Role.STANDBY, 1, 0, true, true, false), at(10), at(10));
        assertThat(keeper.suspended()).isTrue();
        keeper.suspend(false);
        assertThat(keeper.suspended()).isFalse();
    }

    @Test
    void aPromiseFromBeforeItWasGivenBackDoesNotCount() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        keeper.suspend(true);
        Contact early = keeper.message();
        keeper.suspend(false);
        keeper.suspend(true);
        keeper.answered(early, from(Role.STANDBY, 1, 0, true, true, false), at(10), at(11));
        assertThat(keeper.suspended()).isFalse();
    }

    @Test
    void theStandbyKeepsItsPromiseAgainstAnOlderMessage() {
        PairLink standby = box("me", Role.STANDBY, "WITNESS");
        assertThat(standby.receive(from(Role.KEEPER, 2, 0, true, true, false), at(1))
                        .suspended())
                .isTrue();
        standby.receive(from(Role.KEEPER, 1, 0, true, false, false), at(2));
        assertThat(standby.suspended()).isTrue();
        assertThat(standby.peer(false).heard()).isEqualTo(at(2));
    }

    @Test
    void aBoxOutsideAnySwarmIsProofForAFencedKeeper() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        Contact outside = new Contact("other", "box-other", "b", 1, "", 0, false, false, false, "", false);
        keeper.answered(keeper.message(), outside, at(10), at(10));
        assertThat(keeper.peer(false).acknowledged()).isEqualTo(at(10));
    }

    @Test
    void aStrangerIsNotHeard() {
        PairLink keeper = box("me", Role.KEEPER, "WITNESS");
        Contact stranger = new Contact("third", "x", "b", 1, SWARM, 9, true, true, false, "", false);
        keeper.receive(stranger, at(10));
        assertThat(keeper.peer(false).heard()).isNull();
        assertThat(keeper.peer(false).epoch()).isZero();
    }

    @Test
    void aTakeoverDoesNotBeginWhenTheOtherWasHeardMeanwhile() {
        PairLink standby = box("me", Role.STANDBY, "WITNESS");
        standby.receive(from(Role.KEEPER, 1, 0, true, false, false), at(100));
        assertThat(standby.beginTakeover(at(45), at(144))).isFalse();
        assertThat(standby.beginTakeover(at(45), at(145))).isTrue();
        assertThat(standby.message().taking()).isTrue();
    }

    @Test
    void aTakeoverEndsWhenTheKeeperIsBackUntilOthersMayHaveHeardOfIt() {
        PairLink standby = box("me", Role.STANDBY, "WITNESS");
        standby.receive(from(Role.KEEPER, 1, 0, true, false, false), at(100));
        assertThat(standby.beginTakeover(at(45), at(200))).isTrue();
        assertThat(standby.advance(Taking.PLACED)).isTrue();
        assertThat(standby.peer(false).back()).isFalse();
        standby.receive(from(Role.KEEPER, 2, 0, true, false, false), at(201));
        assertThat(standby.peer(false).back()).isTrue();
        assertThat(standby.advance(Taking.RAISED)).isFalse();
        assertThat(standby.memory().taking()).isEqualTo(Taking.PLACED);
        standby.giveUp();
        assertThat(standby.message().taking()).isFalse();
        assertThat(standby.peer(false).back()).isFalse();
    }

    @Test
    void aTakeoverThatOthersMayHaveHeardOfGoesOn() {
        PairLink standby = box("me", Role.STANDBY, "WITNESS");
        assertThat(standby.beginTakeover(at(45), at(200))).isTrue();
        assertThat(standby.advance(Taking.RAISED)).isTrue();
        standby.receive(from(Role.KEEPER, 2, 0, true, false, false), at(201));
        assertThat(standby.advance(Taking.RAISED)).isTrue();
        assertThat(standby.isPeerUnguarded("WITNESS")).isFalse();
        assertThat(standby.isPeerUnguarded("GATEWAY")).isTrue();
        assertThat(standby.isPeerUnguarded("")).isTrue();
    }

    @Test
    void aTakeoverIsRememberedOverARestartAsFarAsItCame() {
        PairMemory memory =
                PairMemory.NOTHING.withPlace(Role.STANDBY, true, SWARM, 3).withTaking(Taking.PLACED);
        assertThat(PairMemory.of(memory.toJson())).isEqualTo(memory);
    }

    /** The keeper was switched on again while the standby's agent was restarting. */
    @Test
    void afterARestartAKeeperThatIsHeardAtAllIsBack() {
        PairMemory memory = PairMemory.NOTHING
                .withPlace(Role.STANDBY, true, SWARM, 0)
                .withPeer("other", "box-other", "")
                .withTaking(Taking.BEGUN);
        PairLink standby = new PairLink("me", "me", "boot-2", TwoNodeTiming.DEFAULT, memory, "", changed -> {});
        standby.receive(from(Role.KEEPER, 1, 0, true, false, false), at(10));
        assertThat(standby.beginTakeover(at(10), at(11))).isTrue();
        assertThat(standby.advance(Taking.PLACED)).isFalse();
    }
}
