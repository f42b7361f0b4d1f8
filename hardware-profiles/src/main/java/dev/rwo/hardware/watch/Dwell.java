package dev.rwo.hardware.watch;

import java.time.Duration;

/**
 * How long a change must last before it counts.
 *
 * @param appear how long after the first sight of something new the confirming look must be at least; 0 to 1 h. A
 *     second look is needed even with 0
 * @param disappear how long something must be gone, or another, on every look; 1 s to 1 h. Less would let a plug that
 *     is moved to another port evict tasks
 * @param stateDwell how long a dynamic state must be better on every look before it improves; 0 to 1 h
 */
public record Dwell(Duration appear, Duration disappear, Duration stateDwell) {

    // Before DEFAULT, whose making needs it.
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Decision 8 of the design. */
    public static final Dwell DEFAULT =
            new Dwell(Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(60));

    /** @throws IllegalArgumentException when a time is out of its range; one line */
    public Dwell {
        check("appear", appear, Duration.ZERO);
        check("disappear", disappear, Duration.ofSeconds(1));
        check("stateDwell", stateDwell, Duration.ZERO);
    }

    private static void check(String name, Duration given, Duration shortest) {
        if (given.compareTo(shortest) < 0 || given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("dwell '" + name + "' is " + given + ", it must be from " + shortest
                    + " to " + LONGEST + "; correct the setting");
        }
    }
}
