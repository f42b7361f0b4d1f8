package dev.rwo.agent.upgrade.campaign;

import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hours of each day in which a box may be taken out of service, by the site's local time; may go over midnight.
 *
 * @param from the first minute
 * @param to the first minute after it; another than {@code from}
 */
public record Window(LocalTime from, LocalTime to) {

    private static final Pattern TEXT = Pattern.compile("(\\d{2}:\\d{2})-(\\d{2}:\\d{2})");

    /**
     * From its text, for example {@code 01:00-05:00}.
     *
     * @throws IllegalArgumentException when it is none; the message says so
     */
    public static Window parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            try {
                Window window = new Window(LocalTime.parse(parts.group(1)), LocalTime.parse(parts.group(2)));
                if (!window.from.equals(window.to)) {
                    return window;
                }
            } catch (DateTimeException noTime) {
                throw wrong(text, noTime);
            }
        }
        throw wrong(text, null);
    }

    private static IllegalArgumentException wrong(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "'" + text.replaceAll("[^ -~]", "?") + "' is no window: give two times, for example 01:00-05:00",
                cause);
    }

    /** Whether a time of day is in it. */
    public boolean contains(LocalTime time) {
        boolean afterFrom = !time.isBefore(from);
        boolean beforeTo = time.isBefore(to);
        return from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return from + "-" + to;
    }
}
