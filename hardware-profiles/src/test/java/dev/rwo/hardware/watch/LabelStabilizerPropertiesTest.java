package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.watch.LabelStabilizer.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for any sequence of looks. */
class LabelStabilizerPropertiesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> KEYS =
            List.of("edge.gpu.intel", "edge.disk.kind", DynamicStates.THERMAL, DynamicStates.MEMORY);
    private static final LabelStabilizer STABILIZER = new LabelStabilizer(Dwell.DEFAULT);

    /** One look, so many milliseconds after the one before (negative: the clock was set back). */
    record Look(long millis, SortedMap<String, String> seen, Set<String> unknown) {
        Look {
            seen = new TreeMap<>(seen);
            seen.keySet().removeAll(unknown);
        }
    }

    @Provide
    Arbitrary<List<Look>> looks() {
        return sequence(Arbitraries.oneOf(
                Arbitraries.longs().between(0, 15_000),
                Arbitraries.of(-100_000_000L, -1L, 0L, 200L, 10_000L, 60_000L, 3_000_000_000_000L)));
    }

    @Provide
    Arbitrary<List<Look>> looksOfASaneClock() {
        return sequence(Arbitraries.longs().between(1, 15_000));
    }

    private static Arbitrary<List<Look>> sequence(Arbitrary<Long> steps) {
        Arbitrary<Map<String, String>> seen =
                Arbitraries.maps(Arbitraries.of(KEYS), Arbitraries.of("true", "false", "ok", "warn", "bad", "x"));
        Arbitrary<Set<String>> unknown = Arbitraries.of(KEYS).set().ofMaxSize(2);
        return Combinators.combine(steps, seen, unknown)
                .as((millis, labels, hidden) -> new Look(millis, new TreeMap<>(labels), hidden))
                .list()
                .ofMaxSize(25);
    }

    private static Decision look(StableLabels before, Look look, Instant now) {
        return STABILIZER.look(before, look.seen(), look.unknown(), now, "test");
    }

    private static Instant clock(StableLabels state, long millis) {
        return (state.lookedAt() == null ? START : state.lookedAt()).plusMillis(millis);
    }

    @Property
    void flapShorterThanDwellEvictsNothing(
            @ForAll @From("looksOfASaneClock") List<Look> before, @ForAll @IntRange(max = 9_998) int gone) {
        SortedMap<String, String> all = new TreeMap<>(Map.of("edge.gpu.intel", "true", "edge.disk.kind", "ssd"));
        StableLabels state =
                look(StableLabels.EMPTY, new Look(0, all, Set.of()), START).labels();
        Instant from = START.plusSeconds(5);
        long passed = 0;
        for (Look flap : before) {
            passed = Math.min(gone, passed + flap.millis());
            Decision decision = look(state, new Look(0, new TreeMap<>(), flap.unknown()), from.plusMillis(passed));
            assertThat(decision.changes()).isEmpty();
            state = decision.labels();
        }
        state = look(state, new Look(0, all, Set.of()), from.plusMillis(gone + 1))
                .labels();

        assertThat(state.labels()).isEqualTo(all);
        assertThat(state.pending()).isEmpty();
    }

    @Property
    void anySequenceEndsInWhatIsThereOnceItIsSteady(
            @ForAll @From("looks") List<Look> looks, @ForAll @From("looks") List<Look> ends) {
        StableLabels state = StableLabels.EMPTY;
        for (Look look : looks) {
            state = look(state, look, clock(state, look.millis())).labels();
        }
        SortedMap<String, String> steady =
                ends.isEmpty() ? new TreeMap<>() : ends.getFirst().seen();
        Instant now = clock(state, 1);
        for (int rounds = 0; rounds < 6; rounds++) {
            state = look(state, new Look(0, steady, Set.of()), now).labels();
            now = STABILIZER.nextLook(state).orElse(now);
        }

        assertThat(state.labels()).isEqualTo(steady);
        assertThat(STABILIZER.nextLook(state)).isEmpty();
    }

    @Property
    void aLabelChangesNotMoreOftenThanTheHardware(@ForAll @From("looks") List<Look> looks) {
        StableLabels state = StableLabels.EMPTY;
        SortedMap<String, String> real = new TreeMap<>();
        Map<String, Integer> realChanges = new TreeMap<>();
        Map<String, Integer> changes = new TreeMap<>();
        for (Look look : looks) {
            for (String key : KEYS) {
                if (!look.unknown().contains(key)
                        && !Objects.equals(real.get(key), look.seen().get(key))) {
                    realChanges.merge(key, 1, Integer::sum);
                    real.compute(key, (same, old) -> look.seen().get(key));
                }
            }
            Decision decision = look(state, look, clock(state, look.millis()));
            decision.changes().forEach(change -> changes.merge(change.key(), 1, Integer::sum));
            state = decision.labels();
        }

        changes.forEach(
                (key, count) -> assertThat(count).as(key).isLessThanOrEqualTo(realChanges.getOrDefault(key, 0)));
    }

    @Property
    void theChangesToldLeadFromOneLookToTheNext(@ForAll @From("looks") List<Look> looks) {
        StableLabels state = StableLabels.EMPTY;
        SortedMap<String, String> retold = new TreeMap<>();
        for (Look look : looks) {
            Decision decision = look(state, look, clock(state, look.millis()));
            for (LabelChange change : decision.changes()) {
                assertThat(retold.get(change.key()))
                        .isEqualTo(change.oldValue())
                        .isNotEqualTo(change.newValue());
                retold.compute(change.key(), (same, old) -> change.newValue());
            }
            state = decision.labels();
            assertThat(retold).isEqualTo(state.labels());
        }
    }

    @Property
    void unknownNeverRemoves(@ForAll @From("looks") List<Look> looks) {
        StableLabels state = look(
                        StableLabels.EMPTY,
                        new Look(0, new TreeMap<>(Map.of("edge.gpu.intel", "true")), Set.of()),
                        START)
                .labels();
        for (Look look : looks) {
            Look hidden = new Look(look.millis(), new TreeMap<>(), Set.copyOf(KEYS));
            state = look(state, hidden, clock(state, look.millis())).labels();
        }

        assertThat(state.labels()).containsEntry("edge.gpu.intel", "true");
    }

    @Property
    void storingAndReadingInTheMiddleChangesNoOutcome(@ForAll @From("looks") List<Look> looks, @ForAll long when) {
        StableLabels plain = StableLabels.EMPTY;
        StableLabels stored = StableLabels.EMPTY;
        List<LabelChange> plainChanges = new ArrayList<>();
        List<LabelChange> storedChanges = new ArrayList<>();
        int index = 0;
        for (Look look : looks) {
            Instant now = clock(plain, look.millis());
            Decision one = look(plain, look, now);
            Decision other = look(stored, look, now);
            plainChanges.addAll(one.changes());
            storedChanges.addAll(other.changes());
            plain = one.labels();
            stored = (when >> (index++ % 64) & 1) == 0 ? other.labels() : reread(other.labels());
        }

        assertThat(stored).isEqualTo(plain);
        assertThat(storedChanges).isEqualTo(plainChanges);
    }

    private static StableLabels reread(StableLabels labels) {
        return ((Fact.Known<StableLabels>) StableLabels.fromJson(labels.toJson())).value();
    }

    @Property
    void nothingEverCountsOnItsFirstSight(@ForAll @From("looks") List<Look> looks, @ForAll boolean instantly) {
        LabelStabilizer eager = new LabelStabilizer(
                instantly ? new Dwell(Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO) : Dwell.DEFAULT);
        StableLabels state = StableLabels.EMPTY;
        for (Look look : looks) {
            StableLabels before = state;
            Decision decision = eager.look(before, look.seen(), look.unknown(), clock(state, look.millis()), "test");
            if (before.lookedAt() != null) {
                assertThat(before.pending().keySet())
                        .containsAll(decision.changes().stream()
                                .map(LabelChange::key)
                                .toList());
            }
            state = decision.labels();
        }
    }
}
