package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TwoNodeSimulationTest {

    private static final int SEEDS = Integer.getInteger("rwo.two-node.seeds", 300);
    private static final long FIRST = Long.getLong("rwo.two-node.first", 0);

    /** One seed again: {@code -Drwo.two-node.seeds=1 -Drwo.two-node.first=SEED}. */
    @ParameterizedTest
    @EnumSource(
            value = TwoNode.class,
            names = {"GATEWAY", "WITNESS"})
    void thereAreNeverTwoKeepersAndAfterTheFaultsThereIsOne(TwoNode mode) {
        int takeovers = 0;
        int fences = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            TwoBoxes world = new TwoBoxes(mode, seed);
            assertThat(world.run(Duration.ofMinutes(2), false))
                    .as("%s, seed %d, at first", mode, seed)
                    .isEmpty();
            String wrong = world.run(Duration.ofMinutes(20), true);
            assertThat(wrong)
                    .as(() -> mode + ", the faults were:\n" + world.journal())
                    .isEmpty();
            wrong = world.run(Duration.ofMinutes(6), false);
            assertThat(wrong)
                    .as(() -> mode + ", the faults were:\n" + world.journal())
                    .isEmpty();
            assertThat(world.settled())
                    .as(() -> mode + ", the faults were:\n" + world.journal())
                    .isEmpty();
            takeovers += world.takeovers();
            fences += world.fences();
        }
        // Otherwise the seeds prove nothing.
        assertThat(takeovers).as("takeovers").isGreaterThan(SEEDS / 20);
        assertThat(fences).as("fences").isGreaterThan(SEEDS / 2);
        System.getLogger("two-node")
                .log(System.Logger.Level.INFO, mode + ": " + takeovers + " takeovers, " + fences + " fences");
    }
}
