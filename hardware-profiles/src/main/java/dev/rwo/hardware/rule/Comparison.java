package dev.rwo.hardware.rule;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.Labelled;
import dev.rwo.hardware.yaml.LinearPattern;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What is asked of a value, or of several of which one must satisfy all that is asked ({@code not} and
 * {@code exists: false} ask something of every one).
 *
 * @param is words of which it must be one, case ignored; empty for any
 * @param not words of which it must be none, case ignored
 * @param matches an expression that must be found in it
 * @param atLeast the least number, included
 * @param atMost the largest number, included
 * @param exists whether there must be a value at all; empty when that is not asked
 */
record Comparison(
        Set<String> is,
        Set<String> not,
        Optional<LinearPattern> matches,
        Optional<BigDecimal> atLeast,
        Optional<BigDecimal> atMost,
        Optional<Boolean> exists) {

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(?:\\.\\d{1,18})?");

    static Comparison words(Set<String> is) {
        return new Comparison(is, Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** @param what how the values are called in the reason */
    Verdict test(String what, List<Fact<?>> values) {
        List<Supplier<Verdict>> asked = new ArrayList<>();
        exists.ifPresent(wanted -> asked.add(() -> existence(what, values, wanted)));
        if (!not.isEmpty()) {
            asked.add(() -> Verdict.all(values, value -> testOne(what, value, this::isNoneOfNot)));
        }
        if (!is.isEmpty() || matches.isPresent() || atLeast.isPresent() || atMost.isPresent()) {
            asked.add(() -> some(what, values, this::satisfies));
        }
        return Verdict.all(asked, Supplier::get);
    }

    private static Verdict some(String what, List<Fact<?>> values, Predicate<String> wanted) {
        return values.isEmpty()
                ? Verdict.of(false, what + " has no value")
                : Verdict.any(values, value -> testOne(what, value, wanted));
    }

    private static Verdict existence(String what, List<Fact<?>> values, boolean asked) {
        Verdict there = some(what, values, text -> !text.isEmpty());
        return asked ? there : there.negated();
    }

    private static Verdict testOne(String what, Fact<?> value, Predicate<String> asked) {
        return switch (value) {
            case Fact.Known<?>(Object known) -> Verdict.of(asked.test(text(known)), what + " is " + shown(text(known)));
            case Fact.Unknown<?>(String reason) -> Verdict.unknown(what + " is unknown: " + reason);
        };
    }

    private boolean isNoneOfNot(String text) {
        return not.stream().noneMatch(word -> same(word, text));
    }

    private boolean satisfies(String text) {
        return (is.isEmpty() || is.stream().anyMatch(word -> same(word, text)))
                && matches.map(pattern -> pattern.find(text)).orElse(true)
                && within(text);
    }

    private boolean within(String text) {
        if (atLeast.isEmpty() && atMost.isEmpty()) {
            return true;
        }
        if (!NUMBER.matcher(text).matches()) {
            return false;
        }
        BigDecimal number = new BigDecimal(text);
        return atLeast.map(least -> number.compareTo(least) >= 0).orElse(true)
                && atMost.map(most -> number.compareTo(most) <= 0).orElse(true);
    }

    private static boolean same(String word, String text) {
        return word.strip().equalsIgnoreCase(text.strip());
    }

    /** A value as {@code rwo profile --json} shows it. */
    static String text(Object value) {
        return switch (value) {
            case Labelled constant -> constant.label();
            case Double number
            when !number.isNaN() && !number.isInfinite() ->
                BigDecimal.valueOf(number).toPlainString();
            default -> value.toString();
        };
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.isEmpty() ? "empty" : line.length() <= 80 ? line : line.substring(0, 80) + "...";
    }
}
