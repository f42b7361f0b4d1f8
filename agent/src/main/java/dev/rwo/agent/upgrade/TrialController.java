package dev.rwo.agent.upgrade;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.StageStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides on a version that runs for the first time: it stays when all is well for a while, and is given up when that has not come
 * about in time. On all other days it does nothing.
 */
public final class TrialController implements Controller<TrialController.View, TrialController.Change> {

    /** Twice what a service that starts and dies needs to show it, by Docker's and systemd's usual delays. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration SWEEP = Duration.ofMinutes(1);

    /**
     * What a box needs to be one of its site's. Not whether it takes workloads, for it is drained while it is upgraded.
     */
    private static final Set<Stage> NEEDED = EnumSet.of(
            Stage.DATA, Stage.IDENTITY, Stage.NETWORK, Stage.PROFILE, Stage.ENGINE, Stage.SWARM, Stage.LABELS);

    private final UpgradeService upgrades;
    private final OperatorChecks checks;
    private final World world;
    private @Nullable Instant wellSince;

    TrialController(UpgradeService upgrades, OperatorChecks checks, World world) {
        this.upgrades = upgrades;
        this.checks = checks;
        this.world = world;
    }

    /**
     * What is looked at.
     *
     * @param stages the readiness stages
     * @param services what is wrong with the services that must run, when asked whether this box takes workloads
     * @param clock one that never jumps
     */
    public record World(
            Supplier<List<StageStatus>> stages, Function<Boolean, List<String>> services, Supplier<Instant> clock) {}

    /**
     * What decides.
     *
     * @param version the version on trial; empty when none is
     * @param window how long after the start of the agent it must be well
     * @param age how long the trial has lasted
     * @param problems what is not well, one line each
     * @param well how long all has been well
     */
    public record View(String version, Duration window, Duration age, List<String> problems, Duration well) {

        /** Copies the list. */
        public View {
            problems = List.copyOf(problems);
        }
    }

    /** What it does. */
    public sealed interface Change extends Step {}

    /** The version stays. */
    public record Keep(String reason) implements Change {}

    /** The box goes back to the other version. */
    public record GiveUp(String reason) implements Change {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "upgrade-trial", null, Set.of(Topic.ENGINE, Topic.SWARM, Topic.NETWORK), Set.of("os.trial"), SWEEP);
    }

    @Override
    public View observe() {
        Optional<UpgradeFiles.Trial> trial = upgrades.onTrial();
        if (trial.isEmpty()) {
            wellSince = null;
            return new View("", Duration.ZERO, Duration.ZERO, List.of(), Duration.ZERO);
        }
        List<String> problems = new ArrayList<>();
        boolean active = false;
        for (StageStatus status : world.stages().get()) {
            active |= status.stage() == Stage.ACTIVE && status.state() == StageState.DONE;
            if (NEEDED.contains(status.stage()) && !status.state().isUsable()) {
                problems.add(status.stage().title() + " is " + status.state().id()
                        + (status.reason().isEmpty() ? "" : ": " + status.reason()));
            }
        }
        if (problems.isEmpty()) {
            // Not before: they may need what is not there yet, and take their time to find out.
            problems.addAll(checks.problems());
            problems.addAll(world.services().apply(active));
        }
        Instant now = world.clock().get();
        Instant since = wellSince == null ? now : wellSince;
        wellSince = problems.isEmpty() ? since : null;
        return new View(
                trial.get().version().text(),
                trial.get().window(),
                upgrades.trialAge(),
                problems,
                Duration.between(since, now));
    }

    @Override
    public Plan<Change> plan(View view, Instant now) {
        return decide(view);
    }

    static Plan<Change> decide(View view) {
        if (view.version().isEmpty()) {
            return Plan.nothing(Verdict.done("no version is on trial"));
        }
        boolean well = view.problems().isEmpty();
        if (well && view.well().compareTo(STEADY) >= 0) {
            return Plan.of(
                    new Keep("all has been well for " + STEADY.toSeconds() + " s"),
                    Verdict.running("version " + view.version() + " is well"));
        }
        if (!well && view.age().compareTo(view.window()) > 0) {
            String reason = "it was not well " + view.window().toSeconds() + " s after the agent had started: "
                    + String.join("; ", view.problems());
            return Plan.of(new GiveUp(reason), Verdict.failed(reason, ""));
        }
        String waiting = well ? "whether that lasts" : String.join("; ", view.problems());
        return Plan.<Change>nothing(Verdict.waiting("version " + view.version() + " is on trial: " + waiting, ""))
                .lookingAgainIn(AGAIN);
    }

    @Override
    public Outcome act(Change step) {
        try {
            switch (step) {
                case Keep ignored -> upgrades.keep();
                case GiveUp giveUp -> upgrades.giveUp(giveUp.reason());
            }
            return Outcome.applied();
        } catch (UpgradeException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }
}
