package dev.rwo.firstboot.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a node without a domain: one label of RFC 1123, in lower case.
 *
 * @param value 1 to 63 of {@code a-z}, {@code 0-9} and {@code -}, beginning and ending with a letter or digit, and with
 *     at least one letter, because a name of digits alone is taken for an address
 */
public record HostName(String value) {

    private static final Pattern ALLOWED = Pattern.compile("(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /**
     * Folds the value to lower case.
     *
     * @throws IllegalArgumentException if it is not a host name, or is {@code localhost}
     */
    public HostName {
        value = value.toLowerCase(Locale.ROOT);
        if (!ALLOWED.matcher(value).matches() || value.equals("localhost")) {
            throw new IllegalArgumentException("not a host name: use 1 to 63 of a-z, 0-9 and '-', with a letter among"
                    + " them, no domain, for example till-1");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
