package dev.rwo.hardware.label;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes label values: {@code [A-Za-z0-9._-]}, at most 63 characters, beginning and ending with a letter or digit. What
 * vendors leave in place of a value makes no label at all.
 */
public final class LabelSanitizer {
    /** The limit of Kubernetes label values, which Node Feature Discovery and thus our mirror of it keep. */
    public static final int MAX_LENGTH = 63;

    private static final Pattern NOT_ALLOWED = Pattern.compile("[^A-Za-z0-9._-]+");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern EDGES = Pattern.compile("^[._-]+|[._-]+$");
    private static final Pattern PUNCTUATION = Pattern.compile("[._-]+");

    /**
     * Placeholders, in lower case without punctuation, as found in the SMBIOS tables of 1,721 machines of the
     * linux-hardware.org collection (linuxhw/DMI).
     */
    private static final Set<String> JUNK = Set.of(
            "tobefilledbyoem",
            "tbdbyoem",
            "filledbyoem",
            "oem",
            "defaultstring",
            "default",
            "defaultsku",
            "none",
            "null",
            "na",
            "notapplicable",
            "notavailable",
            "notspecified",
            "notprovided",
            "notdefined",
            "notset",
            "notsettable",
            "unspecified",
            "undefined",
            "unknown",
            "unknownproduct",
            "invalid",
            "empty",
            "badindex",
            "all",
            "allseries",
            "family",
            "sku",
            "skunumber",
            "serialnumber",
            "productname",
            "assettag",
            "systemname",
            "systemmanufacturer",
            "systemproductname",
            "systemversion",
            "systemserialnumber",
            "systemsku",
            "systemskunumber",
            "systemskunumberunknown",
            "systemfamily",
            "chassisserialnumber",
            "baseboardserialnumber",
            "asusnotebooksku",
            "asustabletsku",
            "xxx");

    private static final Pattern JUNK_FORM = Pattern.compile(
            // all zeros; counted-up digits; X X X; SMBIOS field names such as Type1Family; OEM Default string000
            "0+|0?1234(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?|0?123456789(?:0?123456789)*(?:0?[a-f]+)?|x{2,}|sku\\d{0,2}"
                    + "|type[0-9](?:family|sku\\d*|productconfigid|tbdbyoem|board\\w*|product\\w*|c?family)"
                    + "|(?:oem)?defaultstring\\d*");

    private LabelSanitizer() {}

    /**
     * A label value for a raw string.
     *
     * @return empty when nothing is left or the string is a placeholder; sanitising a result again changes nothing
     */
    public static Optional<String> sanitize(String raw) {
        String value = trimEdges(NOT_ALLOWED.matcher(decomposed(raw)).replaceAll("-"));
        if (value.length() > MAX_LENGTH) {
            value = trimEdges(value.substring(0, MAX_LENGTH));
        }
        return value.isEmpty() || isJunk(value) ? Optional.empty() : Optional.of(value);
    }

    /** A part of a label's key: as a value, in lower case; empty when nothing is left. */
    static Optional<String> keyPart(String raw) {
        return sanitize(raw).map(value -> value.toLowerCase(Locale.ROOT));
    }

    /** Whether this is a value as {@link #sanitize} makes it, so that it reaches Swarm unchanged. */
    public static boolean isClean(String value) {
        return sanitize(value).filter(value::equals).isPresent();
    }

    /** Accented letters lose the accent rather than the letter. ASCII, the usual case, loads no Unicode tables. */
    private static String decomposed(String raw) {
        boolean ascii = raw.chars().allMatch(character -> character < 0x80);
        return ascii
                ? raw
                : MARKS.matcher(Normalizer.normalize(raw, Normalizer.Form.NFKD)).replaceAll("");
    }

    private static String trimEdges(String value) {
        return EDGES.matcher(value).replaceAll("");
    }

    private static boolean isJunk(String value) {
        String squeezed = PUNCTUATION.matcher(value).replaceAll("").toLowerCase(Locale.ROOT);
        return JUNK.contains(squeezed) || JUNK_FORM.matcher(squeezed).matches();
    }
}
