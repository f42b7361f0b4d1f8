package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rwo.firstboot.FailingDisk.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageBoardTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path root;

    private NodeLayout layout;
    private Clock clock;
    private StageBoard board;

    @BeforeEach
    void makeABoard() {
        layout = new NodeLayout(root);
        clock = Clock.fixed(START, ZoneOffset.UTC);
        board = new StageBoard(layout, clock);
    }

    @Test
    void aNewNodeIsPending() {
        assertThat(board.overall()).isEqualTo(StageState.PENDING);
        assertThat(board.all()).extracting(StageStatus::stage).containsExactly(Stage.values());
    }

    @Test
    void aChangeIsToldOnceAndKept() {
        List<StageStatus> told = new ArrayList<>();
        board.onChange(told::add);
        assertThat(board.set(Stage.NETWORK, StageState.WAITING, "no cable", "plug one in"))
                .isTrue();
        assertThat(board.set(Stage.NETWORK, StageState.WAITING, "no cable", "plug one in"))
                .isFalse();
        StageStatus expected = new StageStatus(Stage.NETWORK, StageState.WAITING, "no cable", "plug one in", START);
        assertThat(told).containsExactly(expected);
        assertThat(StageBoard.lastRun(layout)).contains(expected).hasSize(Stage.values().length);
        assertThat(Tree.mode(layout.stagesFile())).isEqualTo("rw-------");
    }

    @Test
    void aNewReasonDoesNotMakeAStateYounger() {
        StageStatus before = board.status(Stage.SWARM);
        StageBoard later = new StageBoard(layout.stagesFile(), Clock.offset(clock, Duration.ZERO), new AtomicFiles());
        later.set(Stage.SWARM, StageState.PENDING, "waits for the engine", "");
        assertThat(later.status(Stage.SWARM).since()).isEqualTo(before.since());
    }

    @Test
    void reasonsAndHintsAreOneLine() {
        board.set(Stage.ENGINE, StageState.FAILED, "broke\n\tat  there\u0007 ", "x".repeat(1000));
        assertThat(board.status(Stage.ENGINE).reason()).isEqualTo("broke at there");
        assertThat(board.status(Stage.ENGINE).hint()).hasSize(400).endsWith("...");
    }

    @Test
    void theNodeIsAsGoodAsItsWorstStage() {
        board.set(Stage.DATA, StageState.DONE, "", "");
        assertThat(board.overall()).isEqualTo(StageState.RUNNING);
        board.set(Stage.IDENTITY, StageState.WAITING, "", "");
        assertThat(board.overall()).isEqualTo(StageState.WAITING);
        for (Stage stage : Stage.values()) {
            board.set(stage, StageState.DONE, "", "");
        }
        assertThat(board.overall()).isEqualTo(StageState.DONE);
        board.set(Stage.SEED, StageState.DEGRADED, "rwo.yaml:1:1: ...", "");
        assertThat(board.overall()).isEqualTo(StageState.DEGRADED);
        board.set(Stage.WORKLOADS, StageState.FAILED, "", "");
        assertThat(board.overall()).isEqualTo(StageState.FAILED);
    }

    @Test
    void aFullDiskDoesNotStopTheBoard() {
        StageBoard onFullDisk =
                new StageBoard(layout.stagesFile(), clock, new AtomicFiles(new FailingDisk(Failure.FULL, 1)));
        assertThat(onFullDisk.set(Stage.DATA, StageState.FAILED, "full", "")).isTrue();
        assertThat(onFullDisk.status(Stage.DATA).state()).isEqualTo(StageState.FAILED);
        assertThat(onFullDisk.saveProblem()).contains("the disk is full");
    }

    @Test
    void theTableOfAnotherVersionIsReadAsFarAsItIsKnown() throws IOException {
        String json = """
                {"stages": [
                  {"id": "data", "state": "done", "since": "2026-01-02T03:04:05Z"},
                  {"id": "fabric", "state": "done", "since": "2026-01-02T03:04:05Z"},
                  {"id": "seed", "state": "singing", "since": "2026-01-02T03:04:05Z"},
                  {"id": "swarm", "state": "done", "since": "yesterday"}]}
                """;
        assertThat(StageBoard.fromJson(new JsonMapper().readTree(json)))
                .containsExactly(new StageStatus(Stage.DATA, StageState.DONE, "", "", START));
        assertThat(StageBoard.fromJson(board.toJson())).isEqualTo(board.all());
    }

    @Test
    void aDamagedTableIsNone() throws IOException {
        Tree.write(layout.stagesFile(), "{\"stages\": [{");
        assertThat(StageBoard.lastRun(layout)).isEmpty();
        Files.delete(layout.stagesFile());
        assertThat(StageBoard.lastRun(layout)).isEmpty();
    }

    @Test
    void manyThreadsLoseNoChange() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(Stage.values().length);
        for (Stage stage : Stage.values()) {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 20; i++) {
                    board.set(stage, StageState.RUNNING, "step " + i, "");
                }
                board.set(stage, StageState.DONE, "", "");
                done.countDown();
            });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(board.overall()).isEqualTo(StageState.DONE);
        assertThat(StageBoard.lastRun(layout)).isEqualTo(board.all());
    }
}
