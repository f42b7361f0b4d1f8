package dev.rwo.hardware.watch;

import dev.rwo.hardware.watch.StableLabels.Pending;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a label counts. Pure. In Swarm a label that flaps evicts running tasks, so what was seen once is not
 * believed:
 *
 * <table>
 * <caption>When a change counts</caption>
 * <tr><td>a label appears, or turns from false to true</td><td>seen again, {@link Dwell#appear} later or more</td></tr>
 * <tr><td>goes, turns to false, or gets another value</td><td>so on every look for {@link Dwell#disappear}</td></tr>
 * <tr><td>a state ({@link DynamicStates#KEYS}) gets worse</td><td>as if it appeared</td></tr>
 * <tr><td>a state gets better or goes</td><td>better on every look for {@link Dwell#stateDwell}</td></tr>
 * <tr><td>the first look of all</td><td>at once</td></tr>
 * </table>
 *
 * <p>An unknown key keeps its value and forgets what was pending: unknown is neither a disappearance nor its
 * confirmation. No clock is trusted: whatever a clock does, a change takes two looks at least, and a clock that was set
 * back starts every wait again.
 */
public final class LabelStabilizer {
    private final Dwell dwell;

    /** Stabilises by these times. */
    public LabelStabilizer(Dwell dwell) {
        this.dwell = dwell;
    }

    /**
     * What a look led to.
     *
     * @param labels what counts from now on
     * @param changes what counted in this look, ordered by key
     */
    public record Decision(StableLabels labels, List<LabelChange> changes) {}

    /**
     * Takes one look into account.
     *
     * @param before what the last look led to, {@link StableLabels#EMPTY} in the beginning
     * @param seen the labels as they are now
     * @param unknown keys of which this look knows nothing; a key that was seen all the same is known
     * @param cause what made somebody look, one short line; kept with the changes that are first seen now
     */
    public Decision look(
            StableLabels before, SortedMap<String, String> seen, Set<String> unknown, Instant now, String cause) {
        Instant last = before.lookedAt();
        boolean setBack = last != null && now.isBefore(last);
        SortedMap<String, String> labels = new TreeMap<>(before.labels());
        SortedMap<String, Pending> pending = new TreeMap<>();
        List<LabelChange> changes = new ArrayList<>();
        for (String key : differing(before.labels(), seen, unknown)) {
            String stable = labels.get(key);
            Pending first = new Pending(seen.get(key), now, cause);
            boolean atOnce = last == null;
            Pending row = atOnce
                    ? first
                    : joined(key, stable, setBack ? null : before.pending().get(key), first);
            boolean counts = row != null && (atOnce || !now.isBefore(due(key, stable, row)));
            if (row != null && counts) {
                changes.add(new LabelChange(now, key, stable, row.value(), row.cause()));
                put(labels, key, row.value());
            }
            if (!Objects.equals(labels.get(key), first.value())) {
                pending.put(key, row == null || counts ? first : row);
            }
        }
        return new Decision(new StableLabels(labels, pending, before.states(), now), List.copyOf(changes));
    }

    /**
     * When the next look is needed for a pending change to count; empty when nothing is pending. May lie in the past.
     */
    public Optional<Instant> nextLook(StableLabels state) {
        return state.pending().entrySet().stream()
                .map(change -> due(change.getKey(), state.labels().get(change.getKey()), change.getValue()))
                .min(Comparator.naturalOrder());
    }

    private static SortedSet<String> differing(
            SortedMap<String, String> labels, SortedMap<String, String> seen, Set<String> unknown) {
        SortedSet<String> keys = new TreeSet<>(labels.keySet());
        keys.addAll(seen.keySet());
        keys.removeIf(key ->
                Objects.equals(labels.get(key), seen.get(key)) || (!seen.containsKey(key) && unknown.contains(key)));
        return keys;
    }

    /** The row of looks that agree on a change, with the look of now; null when it is the first of its row. */
    private static @Nullable Pending joined(
            String key, @Nullable String stable, @Nullable Pending waiting, Pending first) {
        if (waiting == null) {
            return null;
        }
        if (DynamicStates.KEYS.contains(key)) {
            return joinedStates(stable, waiting, first);
        }
        return Objects.equals(waiting.value(), first.value()) ? waiting : null;
    }

    /**
     * States agree when they go in the same direction, and then on the one nearest to the state that counts. Otherwise a
     * temperature that swings between warn and ok would leave the state at bad for ever.
     */
    private static @Nullable Pending joinedStates(@Nullable String stable, Pending waiting, Pending first) {
        int before = rank(waiting.value()) - rank(stable);
        int now = rank(first.value()) - rank(stable);
        if (before > 0 != now > 0) {
            return null;
        }
        return Math.abs(before) < Math.abs(now)
                ? waiting
                : new Pending(first.value(), waiting.since(), waiting.cause());
    }

    private Instant due(String key, @Nullable String stable, Pending change) {
        return later(change.since(), wait(key, stable, change.value()));
    }

    private Duration wait(String key, @Nullable String stable, @Nullable String value) {
        if (DynamicStates.KEYS.contains(key)) {
            return rank(value) > rank(stable) ? dwell.appear() : dwell.stateDwell();
        }
        boolean gains = stable == null || (stable.equals("false") && "true".equals(value));
        return gains ? dwell.appear() : dwell.disappear();
    }

    private static int rank(@Nullable String state) {
        return StateLevel.of(state).map(StateLevel::ordinal).orElse(-1);
    }

    private static Instant later(Instant since, Duration wait) {
        try {
            return since.plus(wait);
        } catch (DateTimeException | ArithmeticException endOfTime) {
            return Instant.MAX;
        }
    }

    private static void put(SortedMap<String, String> labels, String key, @Nullable String value) {
        if (value == null) {
            labels.remove(key);
        } else {
            labels.put(key, value);
        }
    }
}
