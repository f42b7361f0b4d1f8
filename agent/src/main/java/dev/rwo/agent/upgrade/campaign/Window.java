package dev.rwo.agent.upgrade.campaign;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hours of each day in which a box may be taken out of service; may go over midnight. The time zone belongs to it: boxes
 * keep UTC, and shops do not.
 *
 * @param from the first minute
 * @param to the first minute after it; another than {@code from}
 * @param zone whose time that is
 */
public record Window(LocalTime from, LocalTime to, ZoneId zone) {

    private static final Pattern TEXT = Pattern.compile("(\\d{2}:\\d{2})-(\\d{2}:\\d{2})( [A-Za-z0-9/_+-]{1,40})?");

    /**
     * From its text, for example {@code 01:00-05:00} for UTC, or {@code 01:00-05:00 Europe/Berlin}.
     *
     * @throws IllegalArgumentException when it is none; the message says so
     */
    public static Window parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            try {
                Window window = new Window(
                        LocalTime.parse(parts.group(1)), LocalTime.parse(parts.group(2)), zone(parts.group(3)));
                if (!window.from.equals(window.to)) {
                    return window;
                }
            } catch (DateTimeException noTime) {
                throw wrong(text, noTime);
            }
        }
        throw wrong(text, null);
    }

    private static ZoneId zone(@Nullable String name) {
        return name == null || name.strip().equals("UTC") ? ZoneOffset.UTC : ZoneId.of(name.strip());
    }

    private static IllegalArgumentException wrong(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "'" + text.replaceAll("[^ -~]", "?")
                        + "' is no window: give two times and the time zone, for example '01:00-05:00 Europe/Berlin'",
                cause);
    }

    /** Whether a moment is in it. */
    public boolean contains(Instant moment) {
        LocalTime time = LocalTime.ofInstant(moment, zone);
        boolean afterFrom = !time.isBefore(from);
        boolean beforeTo = time.isBefore(to);
        return from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return from + "-" + to + " " + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId());
    }
}
