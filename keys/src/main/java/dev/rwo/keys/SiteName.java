package dev.rwo.keys;

import java.util.regex.Pattern;

/**
 * The name of a site, as in {@code shop-17}: part of certificates, file names and host names, hence the strict alphabet.
 *
 * @param value 1 to 40 characters of {@code a-z}, {@code 0-9} and {@code -}, beginning and ending with a letter or digit
 */
public record SiteName(String value) {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

    /**
     * @throws IllegalArgumentException if the value is not a site name; the message says what is allowed
     */
    public SiteName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a site name: use 1 to 40 of a-z, 0-9 and '-',"
                    + " beginning and ending with a letter or digit, such as shop-17");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
