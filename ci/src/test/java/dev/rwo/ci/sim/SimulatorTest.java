package dev.rwo.ci.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeded sites under faults; {@code ci/bench sim} runs more of them. */
class SimulatorTest {

    private static final long SEEDS = 1000;
    private static final long SEEDS_FOR_A_MUTANT = 1500;

    @Test
    void everyRuleHoldsUnderEverySeed() {
        List<Simulator.Report> broken = LongStream.range(0, SEEDS)
                .parallel()
                .mapToObj(Simulator::run)
                .filter(report -> !report.isWell())
                .toList();
        assertThat(broken)
                .as(() -> "replay with:\n"
                        + broken.stream().map(Simulator.Report::replay).collect(Collectors.joining("\n")))
                .isEmpty();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        StringBuilder one = new StringBuilder();
        StringBuilder other = new StringBuilder();
        Simulator.run(7, 0, line -> one.append(line).append('\n'));
        Simulator.run(7, 0, line -> other.append(line).append('\n'));
        assertThat(one.toString()).isNotEmpty().isEqualTo(other.toString());
    }

    @ParameterizedTest
    @EnumSource(value = Mutation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aDefectThatIsBuiltInIsFound(Mutation mutation) {
        assertThat(LongStream.range(0, SEEDS_FOR_A_MUTANT)
                        .parallel()
                        .mapToObj(seed -> Simulator.run(seed, 0, mutation, null))
                        .anyMatch(report -> report.broken().contains(mutation.found)))
                .as("no seed breaks the rule that says: " + mutation.found)
                .isTrue();
    }

    @Test
    void aReportSaysHowToReplayIt() {
        assertThat(Simulator.run(7, 0, Mutation.NONE, null).replay()).isEqualTo("ci/bench sim --seed 7 --trace");
        assertThat(Simulator.run(7, 3, Mutation.PROMOTES_ALL, null).replay())
                .isEqualTo("ci/bench sim --seed 7 --boxes 3 --mutation PROMOTES_ALL --trace");
    }
}
