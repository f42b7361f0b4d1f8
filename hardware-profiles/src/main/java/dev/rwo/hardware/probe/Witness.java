package dev.rwo.hardware.probe;

import java.util.List;

/**
 * Told of everything a {@link MachineTree} looks at, with the answer it got: what a recording is made of. Paths are
 * relative to the root. May be called from several threads.
 */
interface Witness {
    /** A file was read: its beginning, as far as it was asked for. */
    void read(String path, byte[] content);

    /** A directory was listed: the names that were of interest. */
    void listed(String path, List<String> names);

    /** A symbolic link was read. */
    void linked(String path, String target);

    /** Something was found to exist. */
    void present(String path, boolean directory);

    /** Something could not be read, though it may exist; a plain "is missing" is not told. */
    void refused(String path, String reason);
}
