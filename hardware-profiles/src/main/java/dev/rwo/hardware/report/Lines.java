package dev.rwo.hardware.report;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The lines of a plain or gzip stream, one at a time and bounded: a file of any size needs the memory of one line. */
final class Lines {
    /** Longest line in bytes; the longest of the collections has a fiftieth. */
    static final int MAX_LINE = 1 << 20;

    private final InputStream bytes;
    private int number;

    /**
     * One line.
     *
     * @param number from 1
     * @param text UTF-8 decoded, without its end
     * @param tooLong whether it was cut at {@link #MAX_LINE}
     */
    record Line(int number, String text, boolean tooLong) {}

    private Lines(InputStream bytes) {
        this.bytes = bytes;
    }

    /** Looks at the first two bytes to tell gzip from plain text. */
    static Lines of(InputStream raw) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(raw, 1 << 16);
        buffered.mark(2);
        int magic = buffered.read() | buffered.read() << 8;
        buffered.reset();
        return new Lines(
                magic == GZIPInputStream.GZIP_MAGIC
                        ? new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16), 1 << 16)
                        : buffered);
    }

    /** Number of the line that was read last. */
    int number() {
        return number;
    }

    /** The next line; empty at the end. */
    Optional<Line> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
        boolean tooLong = false;
        int c = bytes.read();
        if (c < 0) {
            return Optional.empty();
        }
        number++;
        for (; c >= 0 && c != '\n'; c = bytes.read()) {
            if (line.size() < MAX_LINE) {
                line.write(c);
            } else {
                tooLong = true;
            }
        }
        return Optional.of(new Line(number, line.toString(StandardCharsets.UTF_8), tooLong));
    }
}
