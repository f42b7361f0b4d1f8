package dev.rwo.hardware;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Something asked of the machine: either its value or the reason why it is not known.
 *
 * <p>A file that is missing or may not be read makes an unknown fact, never a "no": what is not known must not take a
 * label away from a node that has earned it.
 *
 * @param <T> type of the value
 */
public sealed interface Fact<T> {

    /**
     * A value that was read.
     *
     * @param value what was found; may be an empty list or a false, which then is a fact as well
     */
    record Known<T>(T value) implements Fact<T> {}

    /**
     * A value that could not be read.
     *
     * @param reason one line for a person, naming the file
     */
    record Unknown<T>(String reason) implements Fact<T> {}

    /** A known fact. */
    static <T> Fact<T> known(T value) {
        return new Known<>(value);
    }

    /** An unknown fact with its reason, one line. */
    static <T> Fact<T> unknown(String reason) {
        return new Unknown<>(reason);
    }

    /** Whether the value is known. */
    default boolean isKnown() {
        return this instanceof Known<T>;
    }

    /** Applies a function to the value; an unknown fact stays unknown for the same reason. */
    default <R> Fact<R> map(Function<? super T, ? extends R> function) {
        return switch (this) {
            case Known<T>(T value) -> new Known<>(function.apply(value));
            case Unknown<T>(String reason) -> new Unknown<>(reason);
        };
    }

    /** Asks the next question with the value; the answer may be unknown again. */
    default <R> Fact<R> then(Function<? super T, Fact<R>> function) {
        return switch (this) {
            case Known<T>(T value) -> function.apply(value);
            case Unknown<T>(String reason) -> new Unknown<>(reason);
        };
    }

    /** This fact if known, otherwise the other. */
    default Fact<T> or(Fact<T> other) {
        return isKnown() ? this : other;
    }

    /** The value, or a substitute where an unknown needs one (for showing; not for deciding that something is absent). */
    default T orElse(T substitute) {
        return switch (this) {
            case Known<T>(T value) -> value;
            case Unknown<T> unknown -> substitute;
        };
    }

    /** Hands a known value on; does nothing with an unknown one. */
    default void ifKnown(Consumer<? super T> consumer) {
        if (this instanceof Known<T>(T value)) {
            consumer.accept(value);
        }
    }
}
