package dev.rwo.hardware.rule;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.label.LabelSanitizer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One rule of the operator.
 *
 * @param label key of the label it gives
 * @param value what the label says
 * @param when what must hold
 * @param expires from when on it gives nothing any more
 * @param place file and line, for reasons
 */
record SiteRule(String label, Value value, Condition when, Optional<Instant> expires, String place) {

    /** What a label says. */
    sealed interface Value {}

    /** Always the same; clean. */
    record Constant(String text) implements Value {}

    /** What a place in the profile says, sanitised. */
    record Taken(ProfilePath path) implements Value {}

    boolean isExpired(Instant now) {
        return expires.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** The label's value; known and empty when the place holds nothing but a placeholder. */
    Fact<Optional<String>> valueOn(Scope scope) {
        return switch (value) {
            case Constant(String text) -> Fact.known(Optional.of(text));
            case Taken(ProfilePath path) -> taken(path.values(scope.profile()));
        };
    }

    private static Fact<Optional<String>> taken(List<Fact<?>> values) {
        return values.isEmpty()
                ? Fact.known(Optional.empty())
                : values.getFirst().map(found -> LabelSanitizer.sanitize(Comparison.text(found)));
    }
}
