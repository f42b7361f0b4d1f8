package dev.rwo.agent.upgrade;

import java.util.regex.Pattern;

/**
 * A version of the OS. Ordered as systemd-boot orders kernel images, so that "newer" means the same to both: the
 * <a href="https://uapi-group.org/specifications/specs/version_format_specification/">version format specification</a>, UAPI.10.
 * No library has that order, and it is decided in planners, which cannot ask {@code systemd-analyze}.
 *
 * <p>Versions that compare as equal need not be the same text (1.0 and 1.00), so the order is not consistent with equals.
 *
 * @param text as the image names it
 */
public record OsVersion(String text) implements Comparable<OsVersion> {

    /** What a kernel image's file name can hold before its boot counter, which begins with {@code +}. */
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.~^-]{0,63}");

    /** What separates parts, in the order in which the specification looks for them; after {@code ~} comes the end of the text. */
    private static final String SEPARATORS = "-^.";

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when it cannot be a version
     */
    public OsVersion {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text.replaceAll("[^ -~]", "?")
                            + "' is no version: it has letters, digits and . ~ ^ -, at most 64, and begins with a letter or a digit");
        }
    }

    /** Whether this one comes after the other. */
    public boolean isNewerThan(OsVersion other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(OsVersion other) {
        return new Comparison(text, other.text).run();
    }

    @Override
    public String toString() {
        return text;
    }

    /** Walks through two texts at once. */
    private static final class Comparison {

        private final String left;
        private final String right;
        private int atLeft;
        private int atRight;

        Comparison(String left, String right) {
            this.left = left;
            this.right = right;
        }

        int run() {
            while (true) {
                atLeft = end(left, atLeft, c -> !isMeaningful(c));
                atRight = end(right, atRight, c -> !isMeaningful(c));
                int order = separator('~');
                if (order != 0) {
                    return order;
                }
                if (atLeft == left.length() || atRight == right.length()) {
                    return Integer.compare(left.length() - atLeft, right.length() - atRight);
                }
                for (int i = 0; order == 0 && i < SEPARATORS.length(); i++) {
                    order = separator(SEPARATORS.charAt(i));
                }
                if (order == 0) {
                    order = isAt(left, atLeft, OsVersion::isDigit) || isAt(right, atRight, OsVersion::isDigit)
                            ? numbers()
                            : letters();
                }
                if (order != 0) {
                    return order;
                }
            }
        }

        /** The one that has it here comes first; steps over it when both have. */
        private int separator(char separator) {
            boolean leftHas = isAt(left, atLeft, c -> c == separator);
            boolean rightHas = isAt(right, atRight, c -> c == separator);
            if (leftHas && rightHas) {
                atLeft++;
                atRight++;
            }
            return Boolean.compare(rightHas, leftHas);
        }

        private int numbers() {
            int leftEnd = end(left, atLeft, OsVersion::isDigit);
            int rightEnd = end(right, atRight, OsVersion::isDigit);
            int order = Boolean.compare(leftEnd > atLeft, rightEnd > atRight);
            if (order == 0) {
                String leftDigits = left.substring(Math.min(leftEnd, end(left, atLeft, c -> c == '0')), leftEnd);
                String rightDigits = right.substring(Math.min(rightEnd, end(right, atRight, c -> c == '0')), rightEnd);
                order = Integer.compare(leftDigits.length(), rightDigits.length());
                order = order == 0 ? leftDigits.compareTo(rightDigits) : order;
            }
            atLeft = leftEnd;
            atRight = rightEnd;
            return order;
        }

        private int letters() {
            int leftEnd = end(left, atLeft, OsVersion::isLetter);
            int rightEnd = end(right, atRight, OsVersion::isLetter);
            int order = left.substring(atLeft, leftEnd).compareTo(right.substring(atRight, rightEnd));
            atLeft = leftEnd;
            atRight = rightEnd;
            return order;
        }
    }

    @FunctionalInterface
    private interface CharTest {
        boolean test(char c);
    }

    private static boolean isAt(String text, int at, CharTest test) {
        return at < text.length() && test.test(text.charAt(at));
    }

    private static int end(String text, int from, CharTest test) {
        int end = from;
        while (isAt(text, end, test)) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isMeaningful(char c) {
        return isDigit(c) || isLetter(c) || c == '~' || SEPARATORS.indexOf(c) >= 0;
    }
}
