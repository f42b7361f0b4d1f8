package dev.rwo.ci.lab.cli;

import java.nio.file.Path;

/**
 * Where a warden is found.
 *
 * @param name the lab's, so that several can be up on one machine
 */
record WardenPlace(String name) {

    private static final Path FOLDER = Path.of("/run/rwo-lab");

    WardenPlace {
        if (!name.matches("[a-z0-9][a-z0-9-]{0,30}")) {
            throw new IllegalArgumentException("a lab's name has a-z, 0-9 and '-' in it, at most 31, unlike " + name);
        }
    }

    Path folder() {
        return FOLDER;
    }

    Path socket() {
        return FOLDER.resolve(name + ".sock");
    }

    Path log() {
        return FOLDER.resolve(name + ".log");
    }
}
