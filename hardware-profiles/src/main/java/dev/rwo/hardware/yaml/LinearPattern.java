package dev.rwo.hardware.yaml;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression in RE2's syntax (no look-around, no back references), which is found in time proportional to the
 * text whatever the expression: a rule file cannot hang the agent. Case does not matter. Groups are named {@code
 * (?P<name>...)} or {@code (?<name>...)}. Immutable and thread-safe.
 */
public final class LinearPattern {
    /** Longest expression in characters. */
    public static final int MAX_LENGTH = 1000;

    /** Largest product of nested repeat counts, which RE2 writes out; it limits a single count to the same itself. */
    private static final int MAX_REPEATS = 1000;

    private final String expression;
    private final String literal;
    private volatile @Nullable Pattern compiled;

    private LinearPattern(String expression) {
        this.expression = expression;
        this.literal = RequiredLiteral.of(expression).toLowerCase(Locale.ROOT);
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException when it is not one, or too long or too repetitive: says what is wrong
     */
    public static LinearPattern compile(String expression) {
        if (expression.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("longer than " + MAX_LENGTH + " characters; split the rule");
        }
        if (RepeatCounts.largestProduct(expression) > MAX_REPEATS) {
            throw new IllegalArgumentException("nested repeat counts multiply to more than " + MAX_REPEATS);
        }
        LinearPattern pattern = new LinearPattern(expression);
        pattern.compiled();
        return pattern;
    }

    /** Takes an expression that is known to be good; compiles it when it is first needed, which for most is never. */
    static LinearPattern lazily(String expression) {
        return new LinearPattern(expression);
    }

    private Pattern compiled() {
        Pattern known = compiled;
        if (known == null) {
            try {
                known = Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        e.getDescription()
                                + (e.getPattern() == null ? "" : " '" + e.getPattern() + "'")
                                + lookAroundHint(),
                        e);
            }
            compiled = known;
        }
        return known;
    }

    private String lookAroundHint() {
        return expression.contains("(?=") || expression.contains("(?!") || expression.contains("(?<")
                ? " (look-around is not possible)"
                : "";
    }

    /** The expression as written. */
    public String expression() {
        return expression;
    }

    /** Whether it occurs in the text. */
    public boolean find(String text) {
        return mayOccurIn(text) && compiled().matcher(text).find();
    }

    /** Where it occurs first. */
    public Optional<Found> first(String text) {
        if (!mayOccurIn(text)) {
            return Optional.empty();
        }
        com.google.re2j.Matcher matcher = compiled().matcher(text);
        return matcher.find() ? Optional.of(new Found(matcher, compiled())) : Optional.empty();
    }

    private boolean mayOccurIn(String text) {
        return literal.isEmpty() || text.toLowerCase(Locale.ROOT).contains(literal);
    }

    /** One occurrence. */
    public static final class Found {
        private final com.google.re2j.Matcher matcher;
        private final Pattern pattern;

        private Found(com.google.re2j.Matcher matcher, Pattern pattern) {
            this.matcher = matcher;
            this.pattern = pattern;
        }

        /** What a named group has taken; empty when there is no such group or it took no part. */
        public Optional<String> group(String name) {
            return pattern.namedGroups().containsKey(name)
                    ? Optional.ofNullable(matcher.group(name))
                    : Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinearPattern pattern && pattern.expression.equals(expression);
    }

    @Override
    public int hashCode() {
        return expression.hashCode();
    }

    @Override
    public String toString() {
        return expression;
    }
}
