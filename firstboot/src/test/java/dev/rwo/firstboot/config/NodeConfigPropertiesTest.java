package dev.rwo.firstboot.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class NodeConfigPropertiesTest {

    private static final NodeConfig GOOD = NodeConfigReaderTest.good();

    /** What slips in: YAML's own signs, blanks, tabs, line ends, digits, letters, and bytes that are no text. */
    private static final String SLIPS = ":-#&*!|>'\"%@`{}[],? \t\n\r\0.0a\u00e4\\<~";

    /** One change of a file: at a place, a number of bytes goes and others come. */
    record Mutation(double place, int removed, String inserted) {
        byte[] of(byte[] file) {
            int at = (int) (place * file.length);
            int end = Math.min(file.length, at + removed);
            byte[] come = inserted.getBytes(StandardCharsets.UTF_8);
            byte[] mutated = new byte[at + come.length + file.length - end];
            System.arraycopy(file, 0, mutated, 0, at);
            System.arraycopy(come, 0, mutated, at, come.length);
            System.arraycopy(file, end, mutated, at + come.length, file.length - end);
            return mutated;
        }
    }

    @Provide
    Arbitrary<List<Mutation>> mutations() {
        Arbitrary<Double> places = Arbitraries.doubles().between(0, 1);
        Arbitrary<Integer> removed = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, Arbitraries.integers().between(0, 3)),
                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, 400)));
        Arbitrary<String> inserted = Arbitraries.strings().withChars(SLIPS).ofMaxLength(4);
        return Combinators.combine(places, removed, inserted)
                .as(Mutation::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Property(tries = 2000)
    void noTypoEverThrowsOrLeavesANodeWithoutAnAddress(@ForAll("mutations") List<Mutation> mutations) {
        byte[] file = NodeConfigReaderTest.GOOD.getBytes(StandardCharsets.UTF_8);
        for (Mutation mutation : mutations) {
            file = mutation.of(file);
        }
        for (NodeConfig lastGood : List.of(NodeConfig.DEFAULT, GOOD)) {
            NodeConfigReader.Result result = NodeConfigReader.read("rwo.yaml", file, lastGood);
            assertReachable(result.config().network());
            for (ConfigProblem problem : result.problems()) {
                assertThat(problem.toString()).doesNotContain("\n").startsWith("rwo.yaml:");
                assertThat(problem.message()).isNotBlank();
                assertThat(problem.remedy()).isNotBlank();
            }
            assertReadsBack(result.config());
        }
    }

    @Property(tries = 500)
    void noBytesAtAllEverThrow(@ForAll @Size(max = 300) byte[] file) {
        NodeConfigReader.Result result = NodeConfigReader.read("rwo.yaml", file, GOOD);
        assertReachable(result.config().network());
        assertReadsBack(result.config());
    }

    /** A file that was cut off while it was copied must not take more away than its last section. */
    @Property(tries = 300)
    void aFileThatIsCutOffNeverThrows(@ForAll("cuts") int length) {
        byte[] file = NodeConfigReaderTest.GOOD.substring(0, length).getBytes(StandardCharsets.UTF_8);
        assertReachable(NodeConfigReader.read("rwo.yaml", file, GOOD).config().network());
    }

    @Provide
    Arbitrary<Integer> cuts() {
        return Arbitraries.integers().between(0, NodeConfigReaderTest.GOOD.length());
    }

    /** Any address that the reader takes is one that a host can have, by an independent look at its bits. */
    @Property(tries = 1000)
    void anAcceptedStaticNetworkWorks(@ForAll long seed) {
        Random random = new Random(seed);
        int length = random.nextInt(33);
        String address = address(random, "192.168.1.");
        String gateway = address(random, "192.168.1.");
        String text = "network:\n  address: %s/%d\n  gateway: %s\n".formatted(address, length, gateway);
        NodeConfigReader.Result result = NodeConfigReaderTest.read(text);
        assertReachable(result.config().network());
        boolean taken = result.config().network() instanceof NetworkConfig.Static;
        assertThat(result.problems().isEmpty()).isEqualTo(taken);
    }

    private static String address(Random random, String near) {
        return random.nextBoolean()
                ? near + random.nextInt(260)
                : random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256) + "."
                        + random.nextInt(256);
    }

    private static void assertReachable(NetworkConfig network) {
        if (network instanceof NetworkConfig.Static fixed) {
            long address = bits(fixed.address().address().getAddress());
            long size = 1L << (32 - fixed.address().length());
            assertThat(fixed.address().length()).isBetween(8, 31);
            if (size > 2) {
                assertThat(address % size).isBetween(1L, size - 2);
            }
            assertThat(fixed.address().address().isLoopbackAddress()).isFalse();
            assertThat(fixed.address().address().isMulticastAddress()).isFalse();
            if (fixed.gateway() != null) {
                long gateway = bits(fixed.gateway().getAddress());
                assertThat(gateway / size).isEqualTo(address / size);
                assertThat(gateway).isNotEqualTo(address);
            }
        }
    }

    private static long bits(byte[] address) {
        long bits = 0;
        for (byte b : address) {
            bits = (bits << 8) | (b & 255);
        }
        return bits;
    }

    private static void assertReadsBack(NodeConfig config) {
        NodeConfigReader.Result again = NodeConfigReaderTest.read(config.toYaml());
        assertThat(NodeConfigReaderTest.lines(again)).isEmpty();
        assertThat(again.config()).isEqualTo(config);
    }
}
