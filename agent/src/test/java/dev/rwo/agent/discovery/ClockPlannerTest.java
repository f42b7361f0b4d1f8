package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockPlannerTest {

    private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");
    private static final Instant SITE_BEGINS = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant SITE_ENDS = Instant.parse("2031-01-01T00:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    /** This box's clock, and clocks of others by how far they are from the true time. */
    private static ClockPlanner.Verdict judged(Instant own, Duration... others) {
        List<ClockReading> readings = IntStream.range(0, others.length)
                .mapToObj(i -> new ClockReading(
                        "node-" + i, "10.0.0." + i + ":8443", Duration.between(own, NOW.plus(others[i])), own))
                .toList();
        return ClockPlanner.plan(new ClockPlanner.View(own, SITE_BEGINS, SITE_ENDS, readings));
    }

    private static void assertSetToTheTruth(Instant own, ClockPlanner.Verdict verdict) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        ClockPlanner.Verdict.Wrong.class,
                        wrong -> assertThat(Duration.between(NOW, own.plus(wrong.behind()))
                                        .abs())
                                .isLessThan(Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-56, -10, -1, 1, 3, 30})
    void yearsOffInEitherDirectionTwoPeersPutRight(long years) {
        Instant own = NOW.plus(YEAR.multipliedBy(years));
        assertSetToTheTruth(own, judged(own, Duration.ZERO, Duration.ofSeconds(20)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-56, -10, 10, 30})
    void onePeerIsBelievedAgainstAClockThatCannotBeRight(long years) {
        Instant own = NOW.plus(YEAR.multipliedBy(years));
        assertSetToTheTruth(own, judged(own, Duration.ZERO));
    }

    @Test
    void onePeerIsNotBelievedAgainstAClockThatMayBeRight() {
        assertThat(judged(NOW, YEAR)).isInstanceOf(ClockPlanner.Verdict.Doubtful.class);
        assertThat(judged(NOW, Duration.ofHours(-5))).isInstanceOf(ClockPlanner.Verdict.Doubtful.class);
    }

    @Test
    void ofThreePeersOneLiarChangesNothing() {
        assertThat(judged(NOW, Duration.ZERO, YEAR, Duration.ofSeconds(3)))
                .isInstanceOf(ClockPlanner.Verdict.Right.class);
        Instant own = NOW.minus(YEAR.multipliedBy(3));
        assertSetToTheTruth(own, judged(own, Duration.ZERO, YEAR, Duration.ofSeconds(3)));
    }

    @Test
    void ofTwoPeersThatDisagreeTheNearerIsFollowed() {
        assertThat(judged(NOW, YEAR, Duration.ofMinutes(5))).isInstanceOf(ClockPlanner.Verdict.Right.class);
    }

    @Test
    void theClockIsNeverSetBeforeOrBehindTheSitesLife() {
        Duration before = Duration.between(NOW, SITE_BEGINS.minusSeconds(1));
        assertThat(judged(NOW, before, before)).isInstanceOf(ClockPlanner.Verdict.Doubtful.class);
        Duration behind = Duration.between(NOW, SITE_ENDS.plusSeconds(1));
        assertThat(judged(Instant.EPOCH, behind, behind)).isInstanceOf(ClockPlanner.Verdict.Doubtful.class);
    }

    @Test
    void upToAnHourIsTolerated() {
        assertThat(judged(NOW, Duration.ofMinutes(59), Duration.ofMinutes(59)))
                .isInstanceOf(ClockPlanner.Verdict.Right.class);
        assertThat(judged(NOW, Duration.ofMinutes(61), Duration.ofMinutes(61)))
                .isInstanceOf(ClockPlanner.Verdict.Wrong.class);
    }

    @Test
    void aloneAnImpossibleClockIsNamed() {
        assertThat(judged(Instant.EPOCH))
                .isInstanceOfSatisfying(
                        ClockPlanner.Verdict.Doubtful.class,
                        doubt -> assertThat(doubt.reason()).contains("it is in 1970-01-01"));
        assertThat(judged(NOW)).isInstanceOf(ClockPlanner.Verdict.Right.class);
    }

    @Test
    void oldReadingsCountNoMore() {
        Instant own = NOW.minus(YEAR);
        List<ClockReading> old = Stream.of("a", "b")
                .map(id -> new ClockReading(id, id, YEAR, own.minus(Duration.ofMinutes(11))))
                .toList();
        assertThat(ClockPlanner.plan(new ClockPlanner.View(own, Instant.EPOCH, SITE_ENDS, old)))
                .isInstanceOf(ClockPlanner.Verdict.Right.class);
    }
}
