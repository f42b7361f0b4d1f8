package dev.rwo.agent.swarm;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** On a witness, a stage of boxes that take work: there is nothing to do, and nothing is waited for. */
public final class WitnessStage implements Controller<WitnessStage.View, WitnessStage.None> {

    private static final Duration SWEEP = Duration.ofHours(1);

    private final Stage stage;

    private WitnessStage(Stage stage) {
        this.stage = stage;
    }

    /** In place of the controllers of labels, activation and workloads. */
    public static List<Controller<?, ?>> all() {
        return Stream.of(Stage.LABELS, Stage.ACTIVE, Stage.WORKLOADS)
                .<Controller<?, ?>>map(WitnessStage::new)
                .toList();
    }

    /** Nothing is looked at. */
    public record View() {}

    /** Nothing is done. */
    public sealed interface None extends Step permits Nothing {}

    private record Nothing(String reason) implements None {}

    @Override
    public Declaration declaration() {
        return new Declaration("witness-" + stage.id(), stage, Set.of(), Set.of(), SWEEP);
    }

    @Override
    public View observe() {
        return new View();
    }

    @Override
    public Plan<None> plan(View view, Instant now) {
        return Plan.nothing(Verdict.done("a witness takes no work"));
    }

    @Override
    public Outcome act(None step) {
        return Outcome.unchanged();
    }
}
