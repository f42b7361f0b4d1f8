package dev.rwo.agent.workload;

import java.nio.file.Path;
import java.util.List;

/**
 * A stack on disk.
 *
 * @param name its name in the swarm
 * @param composeFile its compose file
 * @param archives image archives beside it, in the order of their names
 * @param digest changes whenever the compose file or an archive does
 */
public record Stack(String name, Path composeFile, List<Path> archives, String digest) {

    /** Copies the list. */
    public Stack {
        archives = List.copyOf(archives);
    }
}
