package dev.rwo.agent.fabric;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Members for the tests of this package. */
final class Tables {

    static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private Tables() {}

    static String key(int number) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) number);
        return Base64.getEncoder().encodeToString(key);
    }

    /** A member with the key of its number and the address of the key. */
    static Member member(int number, String lan) {
        return member(
                "id-" + number, lan, key(number), FabricAddress.of(key(number)).getHostAddress());
    }

    static Member member(String id, String lan, String key, String address) {
        return new Member(
                "boot-" + id,
                lan + ":8444",
                MemberState.ALIVE,
                NOON,
                MemberDigest.of(id, id.replace("id", "till"), lan + ":8443", "1")
                        .withFabric(key, address));
    }

    static MemberTable table(Member self, Member... others) {
        return new MemberTable(self, List.of(others));
    }

    static LanAddresses lan(String address) {
        return new LanAddresses(
                List.of(new LanAddress("enp1s0", InetAddress.ofLiteral(address), 24, true)),
                Set.of("enp1s0"),
                Set.of("enp1s0"));
    }
}
