package dev.rwo.agent.swarm.managers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.managers.Survivor.Judgement;
import dev.rwo.agent.swarm.managers.Survivor.Kind;
import java.time.Instant;
import java.util.List;
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
        SwarmRole role = manager ? SwarmRole.MANAGER : SwarmRole.WORKER;
        return new Survivor(
                        "shop-17",
                        engine(manager),
                        quorum,
                        new MemberTable(member(2, role, MemberState.ALIVE), List.of(others)))
                .judge();
    }

    @Test
    void theLastOfThreeManagersMayAndNamesTheLost() {
        Judgement judgement = judge(true, false, member(1, SwarmRole.MANAGER, MemberState.DEAD));
        assertThat(judgement.kind()).isEqualTo(Kind.STATE);
        assertThat(judgement.isAllowed(false)).isTrue();
        assertThat(judgement.lost()).containsExactly("192.0.2.3", "till-1 at 192.0.2.1");
        assertThat(judgement.will()).isNotEmpty();
    }

    @Test
    void withAMajorityThereIsNothingToRecover() {
        Judgement judgement = judge(true, true);
        assertThat(judgement.isAllowed(true)).isFalse();
        assertThat(judgement.refusal()).contains("nothing is to be recovered");
    }

    @Test
    void managersThatGossipSeesAreNotLost() {
        Judgement judgement = judge(true, false, member(3, SwarmRole.MANAGER, MemberState.SUSPECT));
        assertThat(judgement.isAllowed(true)).isFalse();
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
                                List.of(member(1, SwarmRole.MANAGER, MemberState.ALIVE))))
                .judge();
        assertThat(judgement.isAllowed(false)).isFalse();
        assertThat(judgement.refusal()).contains("till-1").contains("--here");
        assertThat(judgement.isAllowed(true)).isTrue();
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
        assertThat(judgement.isAllowed(true)).isFalse();
        assertThat(judgement.refusal()).contains("till-1");
    }
}
