package dev.rwo.firstboot;

import java.util.Locale;

/** Sizes as operators read them. */
final class ByteCount {

    static final long KIB = 1024;
    static final long MIB = 1024 * KIB;
    static final long GIB = 1024 * MIB;

    private ByteCount() {}

    /** {@code 512 MiB}, {@code 1.5 GiB}: rounded down, so that it never promises more than there is. */
    static String text(long bytes) {
        if (bytes >= 10 * GIB) {
            return bytes / GIB + " GiB";
        }
        if (bytes >= GIB) {
            return String.format(Locale.ROOT, "%d.%d GiB", bytes / GIB, bytes % GIB * 10 / GIB);
        }
        return bytes >= MIB ? bytes / MIB + " MiB" : bytes / KIB + " KiB";
    }
}
