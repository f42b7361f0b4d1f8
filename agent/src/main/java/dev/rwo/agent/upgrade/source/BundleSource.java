package dev.rwo.agent.upgrade.source;

import java.io.IOException;

/** Where the bytes of one bundle can be read, in any order. Safe for use by several threads. */
public interface BundleSource {

    /** How many bytes one {@link #read} gives at most. */
    int PIECE = 512 * 1024;

    /** Where it is, for people. */
    String name();

    /**
     * How many bytes it has.
     *
     * @throws IOException when it cannot be reached, or has no such bundle; one line for people
     */
    long size() throws IOException;

    /**
     * Reads.
     *
     * @param offset from the beginning, below {@link #size()}
     * @param length 1 to {@link #PIECE}; not beyond the end
     * @return exactly that many bytes
     * @throws IOException when they do not come; one line for people
     */
    byte[] read(long offset, int length) throws IOException;
}
