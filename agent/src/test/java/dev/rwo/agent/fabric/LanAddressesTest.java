package dev.rwo.agent.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LanAddressesTest {

    private static final LanAddress BUILT_IN = address("enp5s0", "192.0.2.10", true);
    private static final LanAddress PLUGGED_IN = address("enp3s0", "192.0.2.77", true);

    private static LanAddress address(String device, String ip, boolean defaultRoute) {
        return new LanAddress(device, (Inet4Address) InetAddress.ofLiteral(ip), 24, defaultRoute);
    }

    private static LanAddresses both(Set<String> linked) {
        return new LanAddresses(List.of(PLUGGED_IN, BUILT_IN), Set.of("enp3s0", "enp5s0"), linked);
    }

    @Test
    void aSecondCardDoesNotMoveTheNode() {
        LanAddresses now = both(Set.of("enp3s0", "enp5s0")).keeping(Optional.of(BUILT_IN));
        assertThat(now.primary()).contains(BUILT_IN);
        assertThat(now.all()).containsExactlyInAnyOrder(BUILT_IN, PLUGGED_IN);
    }

    @Test
    void aCableThatIsPulledDoes() {
        assertThat(both(Set.of("enp3s0")).keeping(Optional.of(BUILT_IN)).primary())
                .contains(PLUGGED_IN);
    }

    @Test
    void anAddressThatLostTheWayOutGivesWayToOneThatHasIt() {
        LanAddress lost = address("enp5s0", "192.0.2.10", false);
        LanAddresses now =
                new LanAddresses(List.of(PLUGGED_IN, lost), Set.of("enp3s0", "enp5s0"), Set.of("enp3s0", "enp5s0"));
        assertThat(now.keeping(Optional.of(BUILT_IN)).primary()).contains(PLUGGED_IN);
    }

    @Test
    void inTheBeginningTheFirstIsTaken() {
        assertThat(both(Set.of("enp3s0", "enp5s0")).keeping(Optional.empty()).primary())
                .contains(PLUGGED_IN);
    }
}
