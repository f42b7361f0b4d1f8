package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.fabric.LanAddress;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayPoolTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.2.15, 24, 10.208.0.0/12",
        "192.168.1.20, 24, 10.208.0.0/12",
        "10.210.3.4, 16, 172.24.0.0/14",
        "10.1.2.3, 8, 172.24.0.0/14",
    })
    void neverOverlapsTheShopsLan(String address, int prefix, String pool) {
        List<LanAddress> lan = List.of(new LanAddress("enp1s0", InetAddress.ofLiteral(address), prefix, true));
        assertThat(OverlayPool.choose(lan)).isEqualTo(pool);
    }
}
