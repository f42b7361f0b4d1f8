package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One seed again, or others: {@code -Dsim.mode=GATEWAY -Dsim.seed=17 -Dsim.seeds=1}. */
class TwoNodeSimulationTest {

    private static final int SEEDS = Integer.getInteger("sim.seeds", 1000);
    private static final long FIRST = Long.getLong("sim.seed", 0);

    /** Fewer than this prove nothing, and need not. */
    private static final int TELLING = 100;

    static Stream<TwoNode> modes() {
        return Arrays.stream(TwoNode.values())
                .filter(mode -> System.getProperty("sim.mode", mode.name()).equals(mode.name()));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void thereAreNeverTwoKeepersAndAfterTheFaultsThereIsOne(TwoNode mode) {
        int takeovers = 0;
        int fences = 0;
        int givenUp = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            TwoBoxes world = new TwoBoxes(mode, seed);
            String replay = replay(mode, seed);
            assertThat(trouble(world))
                    .as(() -> replay + "\nThe faults were:\n" + world.journal())
                    .isEmpty();
            takeovers += world.takeovers();
            fences += world.fences();
            givenUp += world.givenUp();
        }
        System.getLogger("two-node")
                .log(
                        System.Logger.Level.INFO,
                        mode + ": " + takeovers + " takeovers, " + givenUp + " given up, " + fences + " fences");
        if (SEEDS >= TELLING) {
            assertThat(takeovers).as("takeovers").isGreaterThan(SEEDS / 20);
            assertThat(givenUp).as("given up").isGreaterThan(SEEDS / 40);
            if (mode != TwoNode.STANDBY) {
                assertThat(fences).as("fences").isGreaterThan(SEEDS / 2);
            }
        }
    }

    /** Seeds 3504 and 4122: it listened for 45 s, while the keeper that was switched on again ran beside it. */
    @Test
    void aTakeoverThatIsCutOffAfterTheNewEpochDoesNotLeaveTwoKeepers() {
        for (long seed : new long[] {3504, 4122}) {
            assertThat(trouble(new TwoBoxes(TwoNode.STANDBY, seed)))
                    .as(() -> replay(TwoNode.STANDBY, seed))
                    .isEmpty();
        }
    }

    private static String replay(TwoNode mode, long seed) {
        return mode + ", seed " + seed + "; again: ./mvnw -B -ntp -q test -pl agent -am -Dtest=TwoNodeSimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.mode=" + mode + " -Dsim.seed=" + seed
                + " -Dsim.seeds=1";
    }

    /** First the two find each other, then come the faults, then everything is repaired. */
    private static String trouble(TwoBoxes world) {
        String wrong = world.run(Duration.ofMinutes(2), false);
        wrong = wrong.isEmpty() ? world.run(Duration.ofMinutes(20), true) : wrong;
        wrong = wrong.isEmpty() ? world.run(Duration.ofMinutes(6), false) : wrong;
        return wrong.isEmpty() ? world.settled() : wrong;
    }

    private static boolean finds(TwoNode mode, TwoBoxes.Defect defect) {
        return LongStream.range(0, SEEDS)
                .anyMatch(seed -> !trouble(new TwoBoxes(mode, seed, defect)).isEmpty());
    }

    @Test
    void aFenceThatIsSkippedIsFound() {
        assertThat(finds(TwoNode.GATEWAY, TwoBoxes.Defect.THE_FENCE_IS_SKIPPED)).isTrue();
        assertThat(finds(TwoNode.WITNESS, TwoBoxes.Defect.THE_FENCE_IS_SKIPPED)).isTrue();
    }

    @Test
    void anExpiredPermitThatIsProlongedIsFound() {
        assertThat(finds(TwoNode.GATEWAY, TwoBoxes.Defect.AN_EXPIRED_PERMIT_IS_PROLONGED))
                .isTrue();
    }

    @Test
    void aTakeoverThatGoesOnAlthoughTheKeeperIsBackIsFound() {
        assertThat(finds(TwoNode.STANDBY, TwoBoxes.Defect.THE_KEEPERS_RETURN_IS_NOT_HEARD))
                .isTrue();
    }

    @Test
    void aTakeoverThatIsGivenUpBeforeTheEngineStoppedIsFound() {
        assertThat(finds(TwoNode.GATEWAY, TwoBoxes.Defect.THE_OTHER_IS_TOLD_BEFORE_THE_ENGINE_STOPS))
                .isTrue();
    }
}
