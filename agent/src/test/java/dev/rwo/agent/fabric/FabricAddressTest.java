package dev.rwo.agent.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.fabric.FabricAddress.Block;
import java.net.InetAddress;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FabricAddressTest {

    private static final String KEY = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

    private static Stream<String> keys(int count) {
        Random random = new Random(7);
        return IntStream.range(0, count).mapToObj(each -> {
            byte[] key = new byte[32];
            random.nextBytes(key);
            return Base64.getEncoder().encodeToString(key);
        });
    }

    private static LanAddresses lan(String address, int prefix) {
        return new LanAddresses(
                List.of(new LanAddress("enp1s0", InetAddress.ofLiteral(address), prefix, true)), Set.of(), Set.of());
    }

    /** Swarm remembers addresses: what a version gave out, later ones must give out too. */
    @Test
    void theAddressOfAKeyIsTheSameForEver() {
        assertThat(FabricAddress.of(KEY).getHostAddress()).isEqualTo("100.106.82.222");
    }

    @Test
    void everyAddressIsInItsBlockAndEndsLikeAHosts() {
        keys(5_000).forEach(key -> {
            for (Block block : Block.values()) {
                InetAddress address = FabricAddress.of(key, block, 0);
                assertThat(block.contains(address)).isTrue();
                assertThat(address.getAddress()[3] & 0xFF).isBetween(1, 254);
                assertThat(FabricAddress.derives(key, address.getHostAddress())).isTrue();
            }
        });
    }

    @Test
    void aThousandKeysAtOnceGetAThousandAddresses() {
        for (Block block : Block.values()) {
            assertThat(new HashSet<>(
                            FabricAddress.assign(keys(1_000).toList(), block).values()))
                    .hasSize(1_000);
        }
    }

    @Test
    void ofTwoThatMeetTheHigherKeyMovesAndTheLowerStays() {
        Map<InetAddress, String> seen = new HashMap<>();
        // In the small block some of 2,000 keys meet.
        for (String key : keys(2_000).toList()) {
            InetAddress address = FabricAddress.of(key, Block.BENCHMARK, 0);
            String other = seen.put(address, key);
            if (other == null) {
                continue;
            }
            String lower = key.compareTo(other) < 0 ? key : other;
            String higher = lower.equals(key) ? other : key;
            String claimed = address.getHostAddress();
            assertThat(FabricAddress.choose(lower, claimed, Block.BENCHMARK, Map.of(higher, claimed)))
                    .isEqualTo(address);
            InetAddress moved = FabricAddress.choose(higher, claimed, Block.BENCHMARK, Map.of(lower, claimed));
            assertThat(moved).isNotEqualTo(address);
            assertThat(FabricAddress.derives(higher, moved.getHostAddress())).isTrue();
            assertThat(FabricAddress.choose(higher, moved.getHostAddress(), Block.BENCHMARK, Map.of()))
                    .as("it does not move back")
                    .isEqualTo(moved);
            return;
        }
        throw new AssertionError("no two keys met");
    }

    @Test
    void whoComesLaterDoesNotTakeWhatAnotherHas() {
        String first = FabricAddress.of(KEY).getHostAddress();
        assertThat(FabricAddress.choose(KEY, "", Block.CARRIER, Map.of("a higher key, z", first)))
                .isNotEqualTo(InetAddress.ofLiteral(first));
    }

    @Test
    void anAddressThatIsNotTheKeysIsNone() {
        assertThat(FabricAddress.derives(KEY, "100.64.0.1")).isFalse();
        assertThat(FabricAddress.derives(KEY, "192.168.1.1")).isFalse();
        assertThat(FabricAddress.derives(KEY, "")).isFalse();
    }

    @Test
    void aBoxOnACarriersNetworkUsesTheOtherBlock() {
        assertThat(FabricAddress.blockBeside(lan("192.168.1.20", 24))).isEqualTo(Block.CARRIER);
        assertThat(FabricAddress.blockBeside(lan("100.72.3.4", 16))).isEqualTo(Block.BENCHMARK);
        InetAddress before = FabricAddress.of(KEY);
        assertThat(Block.BENCHMARK.contains(
                        FabricAddress.choose(KEY, before.getHostAddress(), Block.BENCHMARK, Map.of())))
                .isTrue();
    }
}
