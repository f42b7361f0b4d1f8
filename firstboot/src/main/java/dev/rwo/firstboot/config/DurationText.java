package dev.rwo.firstboot.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as operators write them: a number with {@code ms}, {@code s}, {@code min} or {@code h}; bare is seconds. */
final class DurationText {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|min|m|h)?");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "min", Duration.ofMinutes(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1));

    private DurationText() {}

    static Optional<Duration> parse(String text) {
        Matcher parts = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        String unit = parts.group(2) == null ? "s" : parts.group(2);
        return Optional.of(
                UNITS.getOrDefault(unit, Duration.ofSeconds(1)).multipliedBy(Integer.parseInt(parts.group(1))));
    }

    /** As it is read back. */
    static String of(Duration duration) {
        return duration.toMillis() + "ms";
    }
}
