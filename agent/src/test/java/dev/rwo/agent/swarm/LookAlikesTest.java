package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.MovingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LookAlikesTest {

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final MovingClock clock = new MovingClock(Instant.EPOCH);
    private final ClusterNode one = node("one", Map.of());
    private final ClusterNode two = node("two", Map.of());
    private final ClusterNode three = node("three", Map.of());

    private LookAlikes looks = new LookAlikes(clock);

    private static ClusterNode node(String id, Map<String, String> labels) {
        return new ClusterNode(
                id,
                7,
                id,
                "worker",
                Availability.ACTIVE,
                "ready",
                "192.0.2.10",
                "linux",
                "x86_64",
                new TreeMap<>(labels),
                new TreeMap<>(),
                null);
    }

    private void during(Duration length, Map<ClusterNode, String> living) {
        Instant end = clock.instant().plus(length);
        looks.look(living);
        while (clock.instant().isBefore(end)) {
            clock.move(SWEEP);
            looks.look(living);
        }
    }

    @Test
    void twoThatLiveBesideEachOtherAreNotToldApart() {
        during(LookAlikes.PROOF, Map.of(one, "abc", two, "abc", three, "def"));
        assertThat(looks.label(one, "abc")).isEqualTo(OwnedLabels.SHARED);
        assertThat(looks.label(two, "abc")).isEqualTo(OwnedLabels.SHARED);
        assertThat(looks.label(three, "def")).isEqualTo("def");
    }

    @Test
    void aFlashedBoxWhoseOldEntryIsNotMissedYetKeepsItsMachine() {
        during(SWEEP, Map.of(one, "abc", two, "abc"));
        during(LookAlikes.PROOF, Map.of(two, "abc"));
        assertThat(looks.label(two, "abc")).isEqualTo("abc");
    }

    @Test
    void boxesWithoutAHashAreNotAlike() {
        during(LookAlikes.PROOF, Map.of(one, "", two, ""));
        assertThat(looks.label(one, "")).isEmpty();
    }

    @Test
    void aLeaderThatStoodStillBeginsAnew() {
        during(SWEEP, Map.of(one, "abc", two, "abc"));
        clock.move(LookAlikes.PROOF);
        looks.look(Map.of(one, "abc", two, "abc"));
        assertThat(looks.label(two, "abc")).isEqualTo("abc");
    }

    @Test
    void whatOneLeaderFoundOutTheNextOneKnows() {
        looks = new LookAlikes(clock);
        ClusterNode marked = node("one", Map.of(OwnedLabels.NODE_HARDWARE, OwnedLabels.SHARED));
        looks.look(Map.of(marked, "abc"));
        assertThat(looks.label(marked, "abc")).isEqualTo(OwnedLabels.SHARED);
        looks.look(Map.of(marked, "abc", two, "abc"));
        assertThat(looks.label(two, "abc")).isEqualTo(OwnedLabels.SHARED);
    }
}
