package dev.rwo.agent.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedirectsTest {

    /** A member that Swarm knows by one address and gossip by another. */
    private static Member member(int number, String swarm, String now) {
        return Tables.member("id-" + number, now, "", swarm);
    }

    @Test
    void whereNothingMovedNothingIsTranslated() {
        Redirects redirects =
                Redirects.of(List.of(member(1, "192.168.1.1", "192.168.1.1"), member(2, "", "192.168.1.2")));
        assertThat(redirects.rules()).isEmpty();
        assertThat(redirects.contested()).isEmpty();
    }

    @Test
    void allMayMoveAtOnceAlsoToEachOthersOldAddresses() {
        Redirects redirects =
                Redirects.of(List.of(member(1, "192.168.1.1", "192.168.1.2"), member(2, "192.168.1.2", "192.168.1.1")));
        assertThat(redirects.moved())
                .containsEntry("192.168.1.1", "192.168.1.2")
                .containsEntry("192.168.1.2", "192.168.1.1");
        assertThat(redirects.describe())
                .isEqualTo("till-1 from 192.168.1.1 to 192.168.1.2, till-2 from 192.168.1.2 to 192.168.1.1");
    }

    @Test
    void anAddressThatANewNodeGotIsNotTakenFromIt() {
        Member newcomer = member(2, "", "192.168.1.1");
        Member joined = new Member(
                newcomer.boot(),
                newcomer.address(),
                newcomer.state(),
                newcomer.since(),
                newcomer.digest().withSwarm(MemberDigest.SwarmRole.WORKER, "s1", "n2", false, 0));
        Member moved = member(1, "192.168.1.1", "192.168.1.7");

        assertThat(Redirects.of(List.of(moved, newcomer)).contested()).isEmpty();
        assertThat(Redirects.of(List.of(moved, joined)).moved()).isEmpty();
        assertThat(Redirects.of(List.of(moved, joined)).contested()).containsEntry("192.168.1.1", "till-1");
    }

    @Test
    void onlySwarmsPortsAreTranslated() {
        assertThat(Redirects.of(List.of(member(1, "192.168.1.1", "192.168.1.7")))
                        .rules())
                .containsExactly(
                        "-A RWO-MOVED -d 192.168.1.1/32 -p tcp -m multiport --dports 2377,7946 -j DNAT --to-destination"
                                + " 192.168.1.7",
                        "-A RWO-MOVED -d 192.168.1.1/32 -p udp -m multiport --dports 7946,4789 -j DNAT --to-destination"
                                + " 192.168.1.7");
    }

    @Test
    void whatIptablesPrintsIsWhatWasWritten() {
        List<String> rules =
                Redirects.of(List.of(member(1, "192.168.1.1", "192.168.1.7"))).rules();
        String printed = "-P OUTPUT ACCEPT\n-N RWO-MOVED\n-A OUTPUT ! -d 127.0.0.0/8 -j DOCKER\n" + Redirects.JUMP
                + "\n" + String.join("\n", rules) + "\n";
        assertThat(Redirects.read(printed))
                .startsWith(Redirects.JUMP)
                .containsAll(rules)
                .hasSize(3);
    }

    @Test
    void aMemberCannotWriteRules() {
        assertThat(Redirects.of(List.of(member(1, "192.168.1.1 -j ACCEPT", "192.168.1.7")))
                        .rules())
                .isEmpty();
        assertThat(Redirects.of(List.of(member(1, "127.0.0.1", "192.168.1.7"))).rules())
                .isEmpty();
    }
}
