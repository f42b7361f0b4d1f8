package dev.rwo.agent.swarm.managers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.host.DefaultGateway.Echo;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.managers.Survivor.Insistence;
import dev.rwo.agent.swarm.managers.Survivor.Judgement;
import dev.rwo.agent.swarm.managers.Survivor.Kind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SurvivorTest {

    private static final List<String> THREE = List.of("192.0.2.1:2377", "192.0.2.2:2377", "192.0.2.3:2377");

    private static Member member(int number, SwarmRole role, MemberState state) {
        return new Member(
                "boot" + number,
                "192.0.2." + number + ":8444",
                state,
                Instant.EPOCH,
                MemberDigest.of("id-" + number, "till-" + number, "192.0.2." + number + ":8443", "1")
                        .withSwarm(role, "swarm", "node" + number, true, 0));
    }

    private static EngineState engine(boolean manager) {
        return new EngineState(
                "26.1.5",
                new TreeMap<>(),
                "",
                "",
                0,
                EngineState.Membership.ACTIVE,
                "node2",
                "192.0.2.2",
                manager,
                manager ? "swarm" : "",
                THREE,
                "");
    }

    private static Judgement judge(boolean manager, boolean quorum, Member... others) {
        return judge(manager, quorum, Echo.ANSWERS, others);
    }

    private static Judgement judge(boolean manager, boolean quorum, Echo gateway, Member... others) {
        SwarmRole role = manager ? SwarmRole.MANAGER : SwarmRole.WORKER;
        return new Survivor(
                        "shop-17",
                        engine(manager),
                        quorum,
                        new MemberTable(member(2, role, MemberState.ALIVE), List.of(others)),
                        gateway)
                .judge();
    }

    @Test
    void theLastOfThreeManagersMayAndNamesTheLost() {
        Judgement judgement = judge(true, false, member(1, SwarmRole.MANAGER, MemberState.DEAD));
        assertThat(judgement.kind()).isEqualTo(Kind.STATE);
        assertThat(judgement.isAllowed(Set.of())).isTrue();
        assertThat(judgement.lost()).containsExactly("192.0.2.3", "till-1 at 192.0.2.1");
        assertThat(judgement.will()).isNotEmpty();
    }

    @Test
    void withAMajorityThereIsNothingToRecover() {
        Judgement judgement = judge(true, true);
        assertThat(judgement.isAllowed(EnumSet.allOf(Insistence.class))).isFalse();
        assertThat(judgement.refusal()).contains("nothing is to be recovered");
    }

    @Test
    void managersThatGossipSeesAreNotLost() {
        Judgement judgement = judge(true, false, member(3, SwarmRole.MANAGER, MemberState.SUSPECT));
        assertThat(judgement.isAllowed(EnumSet.allOf(Insistence.class))).isFalse();
        assertThat(judgement.refusal()).contains("till-3").contains("2377/tcp");
    }

    @Test
    void ofTwoSurvivorsOfFiveOneIsChosenUnlessThePersonInsists() {
        EngineState five = new EngineState(
                "26.1.5",
                new TreeMap<>(),
                "",
                "",
                0,
                EngineState.Membership.ACTIVE,
                "node2",
                "192.0.2.2",
                true,
                "swarm",
                List.of("192.0.2.1:2377", "192.0.2.2:2377", "192.0.2.3:2377", "192.0.2.4:2377", "192.0.2.5:2377"),
                "");
        Judgement judgement = new Survivor(
                        "shop-17",
                        five,
                        false,
                        new MemberTable(
                                member(2, SwarmRole.MANAGER, MemberState.ALIVE),
                                List.of(member(1, SwarmRole.MANAGER, MemberState.ALIVE))),
                        Echo.ANSWERS)
                .judge();
        assertThat(judgement.isAllowed(Set.of())).isFalse();
        assertThat(judgement.refusal()).contains("till-1").contains("--here");
        assertThat(judgement.isAllowed(EnumSet.of(Insistence.ALTHOUGH_ALONE))).isFalse();
        assertThat(judgement.isAllowed(EnumSet.of(Insistence.HERE))).isTrue();
        assertThat(judgement.lost()).hasSize(3);
    }

    @Test
    void aWorkerSaysWhatIsLost() {
        Judgement judgement = judge(false, false, member(1, SwarmRole.LEADER, MemberState.DEAD));
        assertThat(judgement.kind()).isEqualTo(Kind.NOTHING);
        assertThat(judgement.will().getFirst()).contains("are lost");
    }

    @Test
    void aWorkerThatSeesAManagerRefuses() {
        Judgement judgement = judge(false, false, member(1, SwarmRole.MANAGER, MemberState.ALIVE));
        assertThat(judgement.isAllowed(EnumSet.allOf(Insistence.class))).isFalse();
        assertThat(judgement.refusal()).contains("till-1");
    }

    @Test
    void aManagerWhoseGatewayIsSilentMayBeTheOneThatIsCutOff() {
        Judgement judgement = judge(true, false, Echo.SILENT, member(1, SwarmRole.MANAGER, MemberState.DEAD));
        assertThat(judgement.refusal()).contains("gateway does not answer").contains("--although-alone");
        assertThat(judgement.isAllowed(EnumSet.of(Insistence.HERE))).isFalse();
        assertThat(judgement.isAllowed(EnumSet.of(Insistence.ALTHOUGH_ALONE))).isTrue();
    }

    @Test
    void aManagerThatSeesNobodyAndHasNoGatewayCannotKnowOnWhichSideItIs() {
        Judgement judgement = judge(true, false, Echo.NONE, member(1, SwarmRole.MANAGER, MemberState.DEAD));
        assertThat(judgement.isAllowed(Set.of())).isFalse();
        assertThat(judgement.refusal()).contains("sees no other box").contains("--although-alone");
    }

    @Test
    void withoutAGatewayAnotherBoxInSightIsEnough() {
        Judgement judgement = judge(
                true,
                false,
                Echo.NONE,
                member(1, SwarmRole.MANAGER, MemberState.DEAD),
                member(4, SwarmRole.WORKER, MemberState.ALIVE));
        assertThat(judgement.isAllowed(Set.of())).isTrue();
    }

    @Test
    void aWorkerThatIsCutOffFoundsNoSwarm() {
        Judgement judgement = judge(false, false, Echo.SILENT, member(1, SwarmRole.LEADER, MemberState.DEAD));
        assertThat(judgement.kind()).isEqualTo(Kind.NOTHING);
        assertThat(judgement.isAllowed(Set.of())).isFalse();
    }

    @Test
    void aSwarmThatHasItsMajorityIsNotRecoveredHoweverMuchThePersonInsists() {
        assertThat(judge(true, true, Echo.SILENT).isAllowed(EnumSet.allOf(Insistence.class)))
                .isFalse();
    }
}
