package dev.rwo.ci.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@link ClusterBench} is told to measure.
 *
 * @param sizes how many members, each in a process of its own
 * @param crowds how many in one process or few, instead of {@code sizes}
 * @param contestants whose
 * @param idle for how long members at rest are watched
 * @param lossy for how long the network loses packets
 * @param apart between the starts of two members; zero for all at once
 * @param slower how many times as long the intervals of our gossip's pace are; its fixed times stay as they are
 * @param startOnly whether only the start is measured
 */
record ClusterOptions(
        List<Integer> sizes,
        List<Integer> crowds,
        List<ClusterContestant> contestants,
        Duration idle,
        Duration lossy,
        Duration apart,
        int slower,
        boolean startOnly) {

    /**
     * From the words of a command line.
     *
     * @throws IllegalArgumentException when one is unknown, or no number from 1 to 999; the message says which
     */
    static ClusterOptions of(String... arguments) {
        List<Integer> sizes = List.of(5, 30, 100);
        List<Integer> crowds = List.of();
        List<ClusterContestant> contestants = List.of(ClusterContestant.values());
        Duration idle = Duration.ofSeconds(30);
        Duration lossy = Duration.ofSeconds(60);
        Duration apart = Duration.ZERO;
        int slower = 1;
        boolean startOnly = false;
        for (int i = 0; i < arguments.length; i += 2) {
            String value = i + 1 < arguments.length ? arguments[i + 1] : "";
            switch (arguments[i]) {
                case "--members" -> sizes = numbers(value);
                case "--only" -> contestants = List.of(ClusterContestant.valueOf(value.toUpperCase(Locale.ROOT)));
                case "--idle" -> idle = Duration.ofSeconds(number(value));
                case "--lossy" -> lossy = Duration.ofSeconds(number(value));
                case "--crowd" -> crowds = numbers(value);
                case "--phases" -> startOnly = isStart(value);
                case "--apart" -> apart = Duration.ofSeconds(number(value));
                case "--slower" -> slower = number(value);
                default -> throw new IllegalArgumentException("there is no option " + arguments[i]);
            }
        }
        return new ClusterOptions(sizes, crowds, contestants, idle, lossy, apart, slower, startOnly);
    }

    private static boolean isStart(String phases) {
        return switch (phases) {
            case "start" -> true;
            case "all" -> false;
            default -> throw new IllegalArgumentException("--phases is start or all, not '" + phases + "'");
        };
    }

    private static List<Integer> numbers(String text) {
        return Stream.of(text.split(",", -1)).map(ClusterOptions::number).toList();
    }

    private static int number(String text) {
        if (!text.matches("[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException("'" + text + "' is no number from 1 to 999");
        }
        return Integer.parseInt(text);
    }
}
