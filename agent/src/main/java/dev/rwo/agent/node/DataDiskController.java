package dev.rwo.agent.node;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.DataDisk;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageFinding;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Keeps an eye on the data partition: there, writable, not full. */
public final class DataDiskController implements Controller<DataDiskController.View, Step> {

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final NodeLayout layout;

    /** Of this layout's {@code /var}. */
    public DataDiskController(NodeLayout layout) {
        this.layout = layout;
    }

    /** The check's finding. */
    public record View(StageFinding found) {}

    @Override
    public Declaration declaration() {
        return new Declaration("data-disk", Stage.DATA, Set.of(), Set.of(), SWEEP);
    }

    @Override
    public View observe() {
        return new View(DataDisk.check(layout));
    }

    @Override
    public Plan<Step> plan(View view, Instant now) {
        StageFinding found = view.found();
        return Plan.nothing(new Verdict(found.state(), found.reason(), found.hint()));
    }

    @Override
    public Outcome act(Step step) {
        return Outcome.unchanged();
    }
}
