package dev.rwo.agent.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.fabric.FabricPeers.Refusal;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberState;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FabricPeersTest {

    private static final Member SELF = Tables.member(1, "192.168.1.1");
    private static final Member OTHER = Tables.member(2, "192.168.1.2");

    private static FabricPeers sift(Member... others) {
        return FabricPeers.sift(Tables.table(SELF, others), Tables.key(1), Set.of("id-stolen"));
    }

    private static Refusal refusal(Member member) {
        return Objects.requireNonNull(sift(OTHER, member).refused().get(member.nodeId()));
    }

    private static Member third(String lan, String key, String address) {
        return Tables.member("id-3", lan, key, address);
    }

    @Test
    void aMemberIsReachedWhereGossipReachesIt() {
        assertThat(sift(OTHER).accepted().get(Tables.key(2)))
                .isEqualTo(new FabricPeers.Peer(
                        "id-2", "till-2", FabricAddress.of(Tables.key(2)).getHostAddress(), "192.168.1.2:51820"));
    }

    @Test
    void whoLiesIsRefused() {
        String address = FabricAddress.of(Tables.key(3)).getHostAddress();
        assertThat(refusal(third("192.168.1.3", "no key", address))).isEqualTo(Refusal.BAD_KEY);
        assertThat(refusal(third("192.168.1.3", Tables.key(3), OTHER.digest().fabricAddress())))
                .isEqualTo(Refusal.NOT_DERIVED);
        assertThat(refusal(third("192.168.1.3", Tables.key(1), SELF.digest().fabricAddress())))
                .isEqualTo(Refusal.OWN_KEY);
        assertThat(refusal(third("192.168.1.3", Tables.key(2), OTHER.digest().fabricAddress())))
                .isEqualTo(Refusal.DUPLICATE_KEY);
        assertThat(refusal(third("127.0.0.1", Tables.key(3), address))).isEqualTo(Refusal.BAD_ENDPOINT);
        assertThat(refusal(third("till-3.local", Tables.key(3), address))).isEqualTo(Refusal.BAD_ENDPOINT);
        assertThat(refusal(Tables.member("id-stolen", "192.168.1.3", Tables.key(3), address)))
                .isEqualTo(Refusal.REVOKED);
    }

    @Test
    void aRestartedAgentIsOneMember() {
        Member before = new Member("old", "192.168.1.9:8444", MemberState.SUSPECT, Tables.NOON, OTHER.digest());

        FabricPeers peers = sift(before, OTHER);

        assertThat(peers.refused()).isEmpty();
        assertThat(Objects.requireNonNull(peers.accepted().get(Tables.key(2))).endpoint())
                .isEqualTo("192.168.1.2:51820");
    }

    @Test
    void aMemberWithoutAFabricIsNamedNotRefused() {
        assertThat(sift(third("192.168.1.3", "", "192.168.1.3")).without()).containsExactly("till-3");
    }
}
