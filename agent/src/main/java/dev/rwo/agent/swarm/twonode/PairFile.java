package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where {@link PairMemory} is kept: {@code /var/lib/rwo/standby/pair.json}. */
record PairFile(Path path) {

    PairMemory read() {
        try {
            return PairMemory.of(new ObjectMapper().readTree(Files.readAllBytes(path)));
        } catch (IOException none) {
            return PairMemory.NOTHING;
        }
    }

    void write(PairMemory memory) {
        try {
            AtomicFiles files = new AtomicFiles();
            Path folder = path.getParent();
            if (folder != null) {
                files.makeDirectories(folder, AtomicFiles.PRIVATE_DIRECTORY);
            }
            files.write(
                    path,
                    (memory.toJson().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8),
                    AtomicFiles.PRIVATE_FILE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
