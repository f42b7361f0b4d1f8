package dev.rwo.firstboot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The table of readiness stages: set by whoever works on a stage, shown on the display, in {@code rwo status} and in
 * the health checks, and kept in a file so that the display has something to show before the agent is up again.
 *
 * <p>Safe for any number of threads. Listeners are called on the thread that made the change, in no particular order,
 * and must not block.
 */
public final class StageBoard {

    private final Clock clock;
    private final Path file;
    private final AtomicFiles files;
    private final Object lock = new Object();
    private final Map<Stage, StageStatus> table = new EnumMap<>(Stage.class);
    private final List<Consumer<StageStatus>> listeners = new CopyOnWriteArrayList<>();
    private volatile String saveProblem = "";

    /** A board of pending stages that is kept in {@link NodeLayout#stagesFile()}. */
    public StageBoard(NodeLayout layout, Clock clock) {
        this(layout.stagesFile(), clock, new AtomicFiles());
    }

    StageBoard(Path file, Clock clock, AtomicFiles files) {
        this.file = file;
        this.clock = clock;
        this.files = files;
        Instant now = clock.instant();
        for (Stage stage : Stage.values()) {
            table.put(stage, new StageStatus(stage, StageState.PENDING, "", "", now));
        }
    }

    /**
     * Sets the state of a stage. A change reaches the file and then the listeners; when the file cannot be written
     * (full disk), the board goes on in memory and {@link #saveProblem()} says so.
     *
     * @return whether state, reason or hint differ from before
     */
    public boolean set(Stage stage, StageState state, String reason, String hint) {
        StageStatus now;
        synchronized (lock) {
            StageStatus before = status(stage);
            Instant since = before.state() == state ? before.since() : clock.instant();
            now = new StageStatus(stage, state, reason, hint, since);
            if (now.equals(before)) {
                return false;
            }
            table.put(stage, now);
            save();
        }
        listeners.forEach(listener -> listener.accept(now));
        return true;
    }

    /** Sets a stage to what a check found. */
    public boolean set(StageFinding found) {
        return set(found.stage(), found.state(), found.reason(), found.hint());
    }

    /** What is known of a stage now. */
    public StageStatus status(Stage stage) {
        synchronized (lock) {
            StageStatus status = table.get(stage);
            if (status == null) {
                throw new IllegalStateException("no row for stage " + stage);
            }
            return status;
        }
    }

    /** All stages in their order, as of one moment. */
    public List<StageStatus> all() {
        synchronized (lock) {
            return List.copyOf(table.values());
        }
    }

    /** Calls the listener with the new status after each change from now on. */
    public void onChange(Consumer<StageStatus> listener) {
        listeners.add(listener);
    }

    /**
     * The node in one word: {@code FAILED} if any stage failed; else, while not all are done, what the first unfinished
     * one is ({@code WAITING}, {@code RUNNING}, or {@code RUNNING} between two stages); else {@code DEGRADED} if any is,
     * else {@code DONE}.
     */
    public StageState overall() {
        return overall(all());
    }

    /** As {@link #overall()}, of a table that was read elsewhere, for example from the API. */
    public static StageState overall(List<StageStatus> stages) {
        if (stages.stream().anyMatch(stage -> stage.state() == StageState.FAILED)) {
            return StageState.FAILED;
        }
        for (StageStatus stage : stages) {
            if (!stage.state().isUsable()) {
                boolean untouched = stages.stream().allMatch(each -> each.state() == StageState.PENDING);
                return untouched
                        ? StageState.PENDING
                        : stage.state() == StageState.WAITING ? StageState.WAITING : StageState.RUNNING;
            }
        }
        return stages.stream().anyMatch(stage -> stage.state() == StageState.DEGRADED)
                ? StageState.DEGRADED
                : StageState.DONE;
    }

    /** Why the last change is not in the file, one line; empty when it is. */
    public String saveProblem() {
        return saveProblem;
    }

    /** The table as JSON: {@code {"overall": "...", "stages": [{"id", "title", "state", "reason", "hint", "since"}]}}. */
    public ObjectNode toJson() {
        return toJson(all());
    }

    /** As {@link #toJson()}, of a table that was read elsewhere. */
    public static ObjectNode toJson(List<StageStatus> stages) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("overall", overall(stages).id());
        ArrayNode rows = json.putArray("stages");
        for (StageStatus status : stages) {
            rows.add(toJson(status));
        }
        return json;
    }

    /** One row of the table. */
    public static ObjectNode toJson(StageStatus status) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", status.stage().id())
                .put("title", status.stage().title())
                .put("state", status.state().id())
                .put("reason", status.reason())
                .put("hint", status.hint())
                .put("since", status.since().toString());
    }

    /**
     * Reads a table that {@link #toJson()} wrote. Rows and words that this version does not know are left out, so that
     * a file of an older or newer version never stops a boot.
     */
    public static List<StageStatus> fromJson(JsonNode json) {
        Map<Stage, StageStatus> found = new EnumMap<>(Stage.class);
        for (JsonNode row : json.path("stages")) {
            rowOf(row).ifPresent(status -> found.put(status.stage(), status));
        }
        return List.copyOf(found.values());
    }

    private static Optional<StageStatus> rowOf(JsonNode row) {
        try {
            Stage stage = Stage.valueOf(row.path("id").asText().toUpperCase(Locale.ROOT));
            StageState state = StageState.valueOf(row.path("state").asText().toUpperCase(Locale.ROOT));
            Instant since = Instant.parse(row.path("since").asText());
            String reason = row.path("reason").asText();
            return Optional.of(
                    new StageStatus(stage, state, reason, row.path("hint").asText(), since));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * The table of the last run, for a display that starts before the agent.
     *
     * @return empty when there is none, or when it cannot be read
     */
    public static List<StageStatus> lastRun(NodeLayout layout) {
        try {
            return fromJson(new JsonMapper().readTree(Files.readAllBytes(layout.stagesFile())));
        } catch (IOException e) {
            return List.of();
        }
    }

    private void save() {
        try {
            byte[] json = toJson().toPrettyString().getBytes(StandardCharsets.UTF_8);
            files.write(file, json, AtomicFiles.PRIVATE_FILE);
            saveProblem = "";
        } catch (IOException e) {
            saveProblem = OneLine.of(String.valueOf(e.getMessage()));
        }
    }
}
