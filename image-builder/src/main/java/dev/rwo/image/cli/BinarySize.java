package dev.rwo.image.cli;

import java.util.Locale;

/** Sizes for people. */
final class BinarySize {
    private BinarySize() {}

    static String of(long bytes) {
        if (bytes < 1L << 20) {
            return String.format(Locale.ROOT, "%d KiB", (bytes + 1023) >> 10);
        }
        return bytes < 1L << 30
                ? String.format(Locale.ROOT, "%.0f MiB", bytes / (double) (1L << 20))
                : String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (1L << 30));
    }
}
