package dev.rwo.agent.swarm.formation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code /var/lib/rwo/swarm.json}: {@link Remembered} on the data partition. */
public final class SwarmMemory {

    private static final Logger LOG = Logger.getLogger(SwarmMemory.class);

    private final @Nullable Path file;
    private final AtomicFiles files = new AtomicFiles();
    private final ObjectMapper json = new ObjectMapper();
    private volatile Remembered now;

    /**
     * Reads what is remembered. A file that cannot be read counts as nothing: the swarm tells a manager who it is, and
     * a worker asks its managers.
     */
    public SwarmMemory(Path file) {
        this.file = file;
        this.now = read(file);
    }

    private SwarmMemory(Remembered now) {
        this.file = null;
        this.now = now;
    }

    /** One that is in memory only, for a simulation. */
    public static SwarmMemory of(Remembered now) {
        return new SwarmMemory(now);
    }

    private Remembered read(Path file) {
        try {
            JsonNode stored = json.readTree(Files.readAllBytes(file));
            List<String> givenUp = new ArrayList<>();
            stored.path("givenUp").forEach(id -> givenUp.add(id.asText()));
            return new Remembered(
                    stored.path("swarmId").asText(""),
                    stored.path("swarmNode").asText(""),
                    stored.path("used").asBoolean(),
                    stored.path("epoch").asLong(),
                    stored.path("provisional").asBoolean(),
                    givenUp,
                    stored.path("awaited").asText(""));
        } catch (NoSuchFileException none) {
            return Remembered.NOTHING;
        } catch (IOException unreadable) {
            LOG.warnf("%s cannot be read, so this box's swarm is asked for anew: %s", file, unreadable.getMessage());
            return Remembered.NOTHING;
        }
    }

    /** What is remembered. */
    public Remembered get() {
        return now;
    }

    /** As {@link #set}, from what is remembered at that moment: others may be writing as well. */
    public synchronized boolean update(UnaryOperator<Remembered> change) throws IOException {
        return set(change.apply(now));
    }

    /**
     * Remembers, on the disk before this returns.
     *
     * @return whether anything changed
     * @throws IOException when it cannot be written; what was remembered stays
     */
    public synchronized boolean set(Remembered next) throws IOException {
        if (next.equals(now)) {
            return false;
        }
        ObjectNode stored = json.createObjectNode()
                .put("swarmId", next.swarmId())
                .put("swarmNode", next.swarmNode())
                .put("used", next.used())
                .put("epoch", next.epoch())
                .put("provisional", next.provisional())
                .put("awaited", next.awaited());
        next.givenUp().forEach(stored.putArray("givenUp")::add);
        if (file != null) {
            byte[] content = (stored.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
            files.write(file, content, AtomicFiles.PRIVATE_FILE);
        }
        now = next;
        return true;
    }
}
