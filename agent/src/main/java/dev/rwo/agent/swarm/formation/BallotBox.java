package dev.rwo.agent.swarm.formation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this box's {@link Ballot}. A promise to another box outlives a restart of the agent: it is in {@code /run}, for
 * a reboot takes longer than any promise that matters. A file that cannot be written costs only that.
 */
public final class BallotBox {

    private static final Logger LOG = Logger.getLogger(BallotBox.class);

    private final @Nullable Path file;
    private final AtomicFiles files = new AtomicFiles();
    private final ObjectMapper json = new ObjectMapper();
    private Ballot ballot;

    /**
     * Reads the promise of the agent before this one.
     *
     * @param uptime by a clock that never jumps; the promise counts as given now
     */
    public BallotBox(Path file, Duration uptime) {
        this.file = file;
        this.ballot = read(file, uptime);
    }

    private BallotBox(Ballot ballot) {
        this.file = null;
        this.ballot = ballot;
    }

    /**
     * One that is in memory only, for a simulation.
     *
     * @param before the promise of the agent before this one, null for none
     * @param uptime by a clock that never jumps
     */
    public static BallotBox of(Ballot.@Nullable Promise before, Duration uptime) {
        return new BallotBox(
                before == null
                        ? Ballot.EMPTY
                        : Ballot.restored(before.candidate(), before.boot(), before.number(), uptime));
    }

    private Ballot read(Path file, Duration uptime) {
        try {
            JsonNode stored = json.readTree(Files.readAllBytes(file));
            return Ballot.restored(
                    stored.path("candidate").asText(""),
                    stored.path("boot").asText(""),
                    stored.path("ballot").asLong(),
                    uptime);
        } catch (NoSuchFileException none) {
            return Ballot.EMPTY;
        } catch (IOException unreadable) {
            LOG.warnf("%s cannot be read: %s", file, unreadable.getMessage());
            return Ballot.EMPTY;
        }
    }

    /** As it is. */
    public synchronized Ballot get() {
        return ballot;
    }

    /** Answers a candidate, remembering the promise before it is given. */
    public synchronized Ballot.Answer hear(Claim claim, Ballot.Sight sight) {
        Ballot.Answer answer = ballot.hear(claim, sight);
        keep(answer.ballot());
        return answer;
    }

    /** Starts a claim of this box's own; answers its number, empty when its word is another's. */
    synchronized OptionalLong claim(Ballot.Sight sight) {
        Optional<Ballot> own = ballot.claiming(sight);
        own.ifPresent(this::keep);
        return own.isPresent() ? OptionalLong.of(own.get().numbers()) : OptionalLong.empty();
    }

    /** After a claim that failed. */
    synchronized void refused(String why, Duration again) {
        keep(ballot.refused(why, again));
    }

    /** A claim of this box was not made, or not used, for now. */
    synchronized void putOff(String why, Duration again) {
        keep(ballot.putOff(why, again));
    }

    private void keep(Ballot next) {
        Ballot.Promise before = ballot.promise();
        ballot = next;
        Ballot.Promise promise = next.promise();
        if (file == null || promise == null || (before != null && isSame(before, promise))) {
            return;
        }
        String content = json.createObjectNode()
                .put("candidate", promise.candidate())
                .put("boot", promise.boot())
                .put("ballot", promise.number())
                .toString();
        try {
            files.write(file, content.getBytes(StandardCharsets.UTF_8), AtomicFiles.PRIVATE_FILE);
        } catch (IOException unwritable) {
            LOG.warnf("a promise would not outlive a restart of the agent: %s", unwritable.getMessage());
        }
    }

    private static boolean isSame(Ballot.Promise one, Ballot.Promise other) {
        return one.candidate().equals(other.candidate()) && one.boot().equals(other.boot());
    }
}
