package dev.rwo.hardware.rule;

import java.util.List;
import java.util.function.Function;

/**
 * Whether a condition holds, and why, in a part of a sentence.
 *
 * @param because names the fact that decides
 */
record Verdict(Truth truth, String because) {

    /** Yes, no, or not to be known now (Kleene's three values). */
    enum Truth {
        TRUE,
        FALSE,
        UNKNOWN
    }

    static Verdict of(boolean holds, String because) {
        return new Verdict(holds ? Truth.TRUE : Truth.FALSE, because);
    }

    static Verdict unknown(String because) {
        return new Verdict(Truth.UNKNOWN, because);
    }

    boolean is(Truth asked) {
        return truth == asked;
    }

    Verdict negated() {
        return switch (truth) {
            case TRUE -> new Verdict(Truth.FALSE, because);
            case FALSE -> new Verdict(Truth.TRUE, because);
            case UNKNOWN -> this;
        };
    }

    /** One false decides; without one, an unknown leaves it open. The asked stops at the first that decides. */
    static <T> Verdict all(List<T> parts, Function<T, Verdict> ask) {
        return combine(parts, ask, Truth.FALSE);
    }

    /** One true decides; without one, an unknown leaves it open. */
    static <T> Verdict any(List<T> parts, Function<T, Verdict> ask) {
        return combine(parts, ask, Truth.TRUE);
    }

    private static <T> Verdict combine(List<T> parts, Function<T, Verdict> ask, Truth decisive) {
        Verdict open = null;
        Verdict last = null;
        for (T part : parts) {
            last = ask.apply(part);
            if (last.is(decisive)) {
                return last;
            }
            open = open == null && last.is(Truth.UNKNOWN) ? last : open;
        }
        if (open != null) {
            return open;
        }
        return last != null ? last : of(decisive == Truth.FALSE, "there is nothing to compare");
    }
}
