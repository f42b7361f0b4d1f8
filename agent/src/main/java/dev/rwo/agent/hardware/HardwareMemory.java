package dev.rwo.agent.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.watch.StableLabels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What the agent knows of the hardware's labels, kept in a file so that a restart or a crash forgets none. */
final class HardwareMemory {

    private final Path file;
    private final Path profile;
    private final AtomicFiles files = new AtomicFiles();

    /**
     * @param file where it is kept
     * @param profile where the profile is left for people and support bundles
     */
    HardwareMemory(Path file, Path profile) {
        this.file = file;
        this.profile = profile;
    }

    /**
     * What is remembered.
     *
     * @param stable the labels that count, and what is pending
     * @param claimed the {@code site.*} keys that the operator's rules ever set and that may still be in the swarm: no
     *     other such key is ours to take away
     */
    record Memory(StableLabels stable, Set<String> claimed) {

        static final Memory EMPTY = new Memory(StableLabels.EMPTY, Set.of());

        Memory {
            claimed = Set.copyOf(claimed);
        }
    }

    /** What the last run remembered; unknown with the reason when there is none or it cannot be used. */
    Fact<Memory> load() {
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException never) {
            return Fact.unknown("");
        } catch (IOException unreadable) {
            return Fact.unknown(file + " cannot be read: " + unreadable.getMessage());
        }
        Set<String> claimed = new TreeSet<>();
        json.path("claimed").forEach(key -> claimed.add(key.asText()));
        return StableLabels.fromJson(json.path("stable")).map(stable -> new Memory(stable.afterRestart(), claimed));
    }

    /**
     * Keeps it, whole or not at all.
     *
     * @throws IOException when it cannot be written; the file is then as before
     */
    void save(Memory memory, HardwareProfile last) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.set("stable", memory.stable().toJson());
        new TreeSet<>(memory.claimed()).forEach(json.putArray("claimed")::add);
        write(file, json);
        write(profile, last.toJson());
    }

    private void write(Path to, JsonNode json) throws IOException {
        byte[] content = (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
        files.write(to, content, AtomicFiles.PRIVATE_FILE);
    }
}
