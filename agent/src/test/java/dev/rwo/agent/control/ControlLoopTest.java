package dev.rwo.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.StageState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlLoopTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    @TempDir
    Path root;

    private StageBoard board;
    private final Deque<Plan<Do>> plans = new ArrayDeque<>();
    private final Deque<Outcome> outcomes = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();

    record World(int seen) {}

    record Do(String reason) implements Step {}

    private class Scripted implements Controller<World, Do> {
        private final String name;
        private final Set<String> owns;

        Scripted(String name, String owned) {
            this.name = name;
            this.owns = Set.of(owned);
        }

        @Override
        public Declaration declaration() {
            return new Declaration(
                    name, name.equals("other") ? Stage.LABELS : Stage.SWARM, Set.of(Topic.SWARM), owns, SWEEP);
        }

        @Override
        public World observe() {
            return new World(done.size());
        }

        @Override
        public Plan<Do> plan(World view, Instant now) {
            return plans.removeFirst();
        }

        @Override
        public Outcome act(Do step) {
            done.add(step.reason());
            return outcomes.removeFirst();
        }
    }

    @BeforeEach
    void aBoard() {
        board = new StageBoard(new NodeLayout(root), CLOCK);
    }

    private ControlLoop<World, Do> loop() {
        return new ControlLoop<>(
                new Scripted("scripted", "thing"), board, CLOCK, new SimpleMeterRegistry(), new Random(1));
    }

    @Test
    void aSettledControllerSleepsUntilItsSweep() {
        plans.add(Plan.nothing(Verdict.done("fine")));
        assertThat(loop().round("start")).isEqualTo(SWEEP);
        assertThat(board.status(Stage.SWARM).state()).isEqualTo(StageState.DONE);
    }

    @Test
    void aPlanMayAskForAnotherLookBeforeTheSweep() {
        plans.add(Plan.<Do>nothing(Verdict.done("a device is gone")).lookingAgainIn(Duration.ofSeconds(10)));
        assertThat(loop().round("devices")).isEqualTo(Duration.ofSeconds(10));
        plans.add(Plan.<Do>nothing(Verdict.done("fine")).lookingAgainIn(Duration.ofHours(1)));
        assertThat(loop().round("devices")).isEqualTo(SWEEP);
    }

    @Test
    void stepsThatChangedNothingAreNotLookedAtAgainBeforeTheirTime() {
        plans.add(Plan.of(new Do("remember"), Verdict.done("fine")).lookingAgainIn(Duration.ofSeconds(10)));
        outcomes.add(Outcome.unchanged());
        assertThat(loop().round("devices")).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatWaitsIsLookedAtEverLaterUntilNewsComes() {
        ControlLoop<World, Do> loop = loop();
        Duration last = Duration.ZERO;
        for (int round = 0; round < 12; round++) {
            plans.add(Plan.nothing(Verdict.waiting("not yet", "")));
            last = loop.round("retry");
        }
        assertThat(last).isBetween(Duration.ofSeconds(30), SWEEP);
        plans.add(Plan.nothing(Verdict.waiting("not yet", "")));
        assertThat(loop.round("swarm")).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aFailedStepEndsTheRoundAndSaysWhy() {
        plans.add(new Plan<>(List.of(new Do("first"), new Do("second")), Verdict.running("working")));
        outcomes.add(new Outcome.Failed("disk on fire"));
        ControlLoop<World, Do> loop = loop();
        loop.round("start");
        assertThat(done).containsExactly("first");
        assertThat(board.status(Stage.SWARM).state()).isEqualTo(StageState.FAILED);
        assertThat(board.status(Stage.SWARM).reason()).isEqualTo("disk on fire");
        assertThat(Objects.requireNonNull(loop.last()).steps()).containsExactly("first: failed (disk on fire)");
    }

    @Test
    void aRetryThatFailsDoesNotTakeAUsableStageDown() {
        ControlLoop<World, Do> loop = loop();
        plans.add(Plan.of(new Do("retry"), Verdict.degraded("stack a is broken", "mend it")));
        outcomes.add(new Outcome.Failed("still broken"));
        loop.round("sweep");
        assertThat(board.status(Stage.SWARM).state()).isEqualTo(StageState.DEGRADED);
        assertThat(board.status(Stage.SWARM).reason()).isEqualTo("stack a is broken");
        plans.add(Plan.of(new Do("renew"), Verdict.done("fine")));
        outcomes.add(new Outcome.Failed("the clock is wrong"));
        loop.round("sweep");
        assertThat(board.status(Stage.SWARM).state()).isEqualTo(StageState.DEGRADED);
        assertThat(board.status(Stage.SWARM).reason()).isEqualTo("the clock is wrong");
    }

    @Test
    void aStageThatIsUsableStaysSoWhileAStepHasToWait() {
        plans.add(Plan.of(new Do("label a neighbour"), Verdict.done("fine")));
        outcomes.add(new Outcome.Deferred(Duration.ofSeconds(1), "somebody else changed it meanwhile"));
        assertThat(loop().round("start")).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(board.status(Stage.SWARM).state()).isEqualTo(StageState.DONE);
        plans.add(Plan.of(new Do("join"), Verdict.running("joining")));
        outcomes.add(new Outcome.Deferred(Duration.ofSeconds(1), "not every box agrees yet"));
        loop().round("news");
        assertThat(board.status(Stage.SWARM).state()).isEqualTo(StageState.WAITING);
    }

    @Test
    void afterStepsItLooksAgainAtOnceButAFightDoesNotRunHot() {
        ControlLoop<World, Do> loop = loop();
        Duration wait = Duration.ZERO;
        for (int round = 0; round < 12; round++) {
            plans.add(Plan.of(new Do("again"), Verdict.running("working")));
            outcomes.add(Outcome.applied());
            wait = loop.round("swarm");
            if (round == 0) {
                assertThat(wait).isLessThanOrEqualTo(Duration.ofMillis(20));
            }
        }
        assertThat(wait).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void whatAControllerTellsOfItsOwnStepDoesNotHurryIt() throws InterruptedException {
        AtomicReference<ControlLoop<World, Do>> itself = new AtomicReference<>();
        CountDownLatch acted = new CountDownLatch(1);
        CountDownLatch lookedAgain = new CountDownLatch(2);
        Controller<World, Do> telling = new Scripted("scripted", "thing") {
            @Override
            public World observe() {
                lookedAgain.countDown();
                return super.observe();
            }

            @Override
            public Outcome act(Do step) {
                itself.get().trigger("its own news");
                acted.countDown();
                return super.act(step);
            }
        };
        plans.add(Plan.of(new Do("reload"), Verdict.running("working")));
        plans.add(Plan.nothing(Verdict.done("fine")));
        outcomes.add(new Outcome.Deferred(SWEEP, "not yet"));
        ControlLoop<World, Do> loop =
                new ControlLoop<>(telling, board, CLOCK, new SimpleMeterRegistry(), new Random(1));
        itself.set(loop);
        Thread thread = Thread.ofVirtual().start(loop);
        assertThat(acted.await(10, TimeUnit.SECONDS)).isTrue();
        loop.trigger("news of another");
        assertThat(lookedAgain.await(10, TimeUnit.SECONDS)).isTrue();
        loop.stop();
        thread.join(Duration.ofSeconds(10));
        assertThat(Objects.requireNonNull(loop.last()).trigger()).isEqualTo("news of another");
    }

    @Test
    void aDefectInAPlannerIsReportedAndDoesNotEndTheLoop() {
        assertThat(loop().round("start")).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(board.status(Stage.SWARM).reason()).startsWith("internal error");
        assertThat(board.status(Stage.SWARM).hint()).contains("journalctl");
    }

    @Test
    void twoOwnersOfOneThingAreRefusedAtStart() {
        assertThatThrownBy(() -> new ControlEngine(
                        List.of(new Scripted("one", "thing"), new Scripted("other", "thing")),
                        board,
                        CLOCK,
                        new SimpleMeterRegistry(),
                        new Random(1)))
                .hasMessage("controllers one and other both own thing");
    }
}
