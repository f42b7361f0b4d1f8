package dev.rwo.agent.swarm.twonode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The engine's directory of its swarm, as small as it can be: the certificate says whose it is. */
final class SwarmFiles {

    private SwarmFiles() {}

    static Path write(Path directory, String whose) throws IOException {
        for (String folder : new String[] {"certificates", "raft/snap-v3-encrypted", "raft/wal-v3-encrypted"}) {
            Files.createDirectories(directory.resolve(folder));
        }
        Files.writeString(directory.resolve("certificates/swarm-node.crt"), whose);
        Files.writeString(directory.resolve("state.json"), "[{\"node_id\":\"n\",\"addr\":\"10.0.0.1:2377\"}]");
        Files.writeString(directory.resolve("docker-state.json"), "{\"LocalAddr\":\"10.0.0.1\"}");
        return directory;
    }

    static String read(Path directory) {
        try {
            return Files.readString(directory.resolve("certificates/swarm-node.crt"));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
