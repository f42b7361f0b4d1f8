package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.List;

/** Adds facts. */
final class Sums {
    private Sums() {}

    /** The sum; unknown as soon as one of them is. */
    static Fact<Long> of(List<Fact<Integer>> counts) {
        long sum = 0;
        for (Fact<Integer> count : counts) {
            if (count instanceof Fact.Unknown<Integer>(String reason)) {
                return Fact.unknown(reason);
            }
            sum += count.orElse(0);
        }
        return Fact.known(sum);
    }
}
