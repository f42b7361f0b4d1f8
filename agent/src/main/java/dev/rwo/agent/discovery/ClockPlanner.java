package dev.rwo.agent.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Judges this box's clock by what proven peers say, so that a box whose battery is dead finds its site all the same.
 * Pure.
 *
 * <p>Peers are believed only against a clock that is wrong by itself, or when two of them agree; a single box of the
 * site must not be able to move the others in time. And never beyond the life of the site's issuing authority: an old
 * certificate must not become valid again by a clock that is set back before it.
 */
public final class ClockPlanner {

    /** Certificates begin an hour in the past for this: below it nothing breaks. */
    static final Duration TOLERATED = Duration.ofHours(1);

    /** Older readings may be of before the peers' own clocks were set. */
    static final Duration FRESH = Duration.ofMinutes(10);

    private ClockPlanner() {}

    /**
     * What decides.
     *
     * @param own what this box's clock says
     * @param earliest it cannot be earlier than this: the issuing authority's beginning, the image's build
     * @param latest it cannot be later than this: the issuing authority's end
     * @param readings what proven peers said
     */
    public record View(Instant own, Instant earliest, Instant latest, List<ClockReading> readings) {

        /** Copies. */
        public View {
            readings = List.copyOf(readings);
        }
    }

    /** What it comes to. */
    public sealed interface Verdict {

        /** Nothing speaks against the clock. */
        record Right() implements Verdict {}

        /** It is wrong, but nobody can be believed enough to say what is right. */
        record Doubtful(String reason) implements Verdict {}

        /** It is wrong, and this is right. */
        record Wrong(Duration behind, String reason) implements Verdict {}
    }

    /** Judges. */
    public static Verdict plan(View view) {
        boolean impossible = isImpossible(view.own(), view.earliest(), view.latest());
        List<Duration> offsets = view.readings().stream()
                .filter(reading ->
                        Duration.between(reading.at(), view.own()).abs().compareTo(FRESH) <= 0)
                .map(ClockReading::ahead)
                .sorted()
                .toList();
        Optional<Duration> behind =
                median(offsets).filter(offset -> offset.abs().compareTo(TOLERATED) > 0);
        boolean believed = offsets.size() >= 2 || impossible;
        if (behind.isPresent() && believed) {
            Instant right = view.own().plus(behind.get());
            if (!right.isBefore(view.earliest()) && !right.isAfter(view.latest())) {
                return new Verdict.Wrong(
                        behind.get(),
                        "this box's clock says " + seconds(view.own()) + ", " + offsets.size()
                                + (offsets.size() == 1 ? " other box says " : " other boxes say ") + seconds(right));
            }
        }
        if (behind.isPresent()) {
            return new Verdict.Doubtful("this box's clock says " + seconds(view.own()) + ", another box says "
                    + seconds(view.own().plus(behind.get())) + ": one of the two is wrong");
        }
        return impossible
                ? new Verdict.Doubtful(impossible(view.own(), view.earliest(), view.latest()))
                : new Verdict.Right();
    }

    /** Whether a clock is wrong whatever others say. */
    static boolean isImpossible(Instant own, Instant earliest, Instant latest) {
        return own.isBefore(earliest) || own.isAfter(latest);
    }

    /** In what way it is; the same all day, because it is said whenever it changes. */
    static String impossible(Instant own, Instant earliest, Instant latest) {
        return "this box's clock is wrong: it is in " + day(own) + ", but the site exists from " + seconds(earliest)
                + " to " + seconds(latest);
    }

    private static String day(Instant time) {
        return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    /** Of an even number the one nearer to this box's clock: of two that disagree neither is followed far. */
    private static Optional<Duration> median(List<Duration> sorted) {
        if (sorted.isEmpty()) {
            return Optional.empty();
        }
        Duration upper = sorted.get(sorted.size() / 2);
        Duration lower = sorted.get((sorted.size() - 1) / 2);
        return Optional.of(lower.abs().compareTo(upper.abs()) <= 0 ? lower : upper);
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    }
}
