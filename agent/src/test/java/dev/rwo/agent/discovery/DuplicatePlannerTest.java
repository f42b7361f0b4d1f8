package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuplicatePlannerTest {

    private static final Instant START = Instant.parse("2026-11-23T01:00:00Z");
    private static final Instant LATER = START.plus(DuplicatePlanner.CERTAIN_AFTER);
    private static final String MADE_IN = "aaaaaaaaaaaaaaaa";
    private static final String ELSEWHERE = "bbbbbbbbbbbbbbbb";

    private static Member member(String boot, String host, String hardware, String swarm) {
        MemberDigest digest = MemberDigest.of("node-1", "till-1", host + ":8443", "0.1")
                .withHardware(hardware)
                .withSwarm(swarm.isEmpty() ? SwarmRole.NONE : SwarmRole.MANAGER, swarm, swarm, false, 0);
        return new Member(boot, host + ":8444", MemberState.ALIVE, START, digest);
    }

    private static DuplicatePlanner.Verdict seenBy(Member self, Member other, String firstSeen, Instant now) {
        MemberTable table = new MemberTable(self, List.of(other));
        return DuplicatePlanner.plan(self, firstSeen, DuplicatePlanner.twins(table), now);
    }

    private static void assertThatGivesWay(Member copy, Member original, String firstSeen) {
        assertThat(seenBy(copy, original, firstSeen, LATER))
                .isInstanceOfSatisfying(
                        DuplicatePlanner.Verdict.Copy.class,
                        verdict -> assertThat(verdict.original().boot()).isEqualTo(original.boot()));
        assertThat(seenBy(original, copy, firstSeen, LATER)).isInstanceOf(DuplicatePlanner.Verdict.Original.class);
    }

    @Test
    void theMachineThatTheDiskWasMadeInStays() {
        Member original = member("z", "10.0.0.1", MADE_IN, "");
        assertThatGivesWay(member("a", "10.0.0.2", ELSEWHERE, ""), original, MADE_IN);
        assertThatGivesWay(member("a", "10.0.0.2", ELSEWHERE, "swarm"), original, MADE_IN);
    }

    @Test
    void whereTheMachinesSayNothingTheOneInTheSwarmStays() {
        assertThatGivesWay(member("a", "10.0.0.2", "", ""), member("z", "10.0.0.1", "", "swarm"), "");
        assertThatGivesWay(member("a", "10.0.0.2", MADE_IN, ""), member("z", "10.0.0.1", MADE_IN, "swarm"), MADE_IN);
    }

    @Test
    void whereNothingTellsThemApartBothStillAgree() {
        assertThatGivesWay(member("z", "10.0.0.2", "", ""), member("a", "10.0.0.1", "", ""), "");
    }

    @Test
    void ofThreeOnlyOneStays() {
        Member one = member("a", "10.0.0.1", ELSEWHERE, "");
        Member two = member("b", "10.0.0.2", MADE_IN, "");
        Member three = member("c", "10.0.0.3", ELSEWHERE, "");
        for (Member self : List.of(one, two, three)) {
            List<Member> others = List.of(one, two, three).stream()
                    .filter(each -> !each.equals(self))
                    .toList();
            DuplicatePlanner.Verdict verdict = DuplicatePlanner.plan(
                    self, MADE_IN, DuplicatePlanner.twins(new MemberTable(self, others)), LATER);
            assertThat(verdict instanceof DuplicatePlanner.Verdict.Original).isEqualTo(self.equals(two));
        }
    }

    @Test
    void aRebootIsNoCopy() {
        Member self = member("new", "10.0.0.2", MADE_IN, "");
        Member before = member("old", "10.0.0.1", MADE_IN, "");
        assertThat(seenBy(self, before, MADE_IN, LATER.minus(Duration.ofMillis(1))))
                .isInstanceOf(DuplicatePlanner.Verdict.Unique.class);
        Member suspected = new Member("old", before.address(), MemberState.SUSPECT, START, before.digest());
        assertThat(seenBy(self, suspected, MADE_IN, LATER)).isInstanceOf(DuplicatePlanner.Verdict.Unique.class);
    }

    @Test
    void theSameAddressIsTheSameBox() {
        assertThat(seenBy(
                        member("new", "10.0.0.1", MADE_IN, ""), member("old", "10.0.0.1", MADE_IN, ""), MADE_IN, LATER))
                .isInstanceOf(DuplicatePlanner.Verdict.Unique.class);
    }

    @Test
    void anotherNodeIsNoCopy() {
        Member self = member("a", "10.0.0.1", MADE_IN, "");
        Member other = new Member(
                "b", "10.0.0.2:8444", MemberState.ALIVE, START, MemberDigest.of("node-2", "till-2", "10.0.0.2:8443", "0.1"));
        assertThat(seenBy(self, other, MADE_IN, LATER)).isInstanceOf(DuplicatePlanner.Verdict.Unique.class);
    }
}
