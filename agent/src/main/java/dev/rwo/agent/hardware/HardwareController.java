package dev.rwo.agent.hardware;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.Stage;
import dev.rwo.hardware.probe.HardwareProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Probes the box at start and on every sweep, keeps the profile and tells the others when it changed. */
public final class HardwareController implements Controller<HardwareController.View, HardwareController.Publish> {

    /** Decision 8 of the design: a sweep every 60 s. */
    private static final Duration SWEEP = Duration.ofSeconds(60);

    private final HardwareProbe probe;
    private final Path file;
    private final AtomicReference<@Nullable NodeFacts> known = new AtomicReference<>();
    private final Consumer<Topic> news;
    private final AtomicFiles files = new AtomicFiles();

    /**
     * For one box.
     *
     * @param file where the profile is kept
     * @param news told {@link Topic#HARDWARE} after a change
     */
    public HardwareController(HardwareProbe probe, Path file, Consumer<Topic> news) {
        this.probe = probe;
        this.file = file;
        this.news = news;
    }

    /**
     * The hardware as it is and as the others know it.
     *
     * @param now as probed
     * @param published as last told, null before the first time
     */
    public record View(NodeFacts now, @Nullable NodeFacts published) {}

    /** Keeps the profile and tells the others. */
    public record Publish(NodeFacts facts, String reason) implements Step {}

    /** What the hardware says, empty until the first probe. */
    public Optional<NodeFacts> facts() {
        return Optional.ofNullable(known.get());
    }

    @Override
    public Declaration declaration() {
        return new Declaration("hardware", Stage.PROFILE, Set.of(), Set.of("node.profile"), SWEEP);
    }

    @Override
    public View observe() {
        return new View(NodeFacts.of(probe.probe()), known.get());
    }

    @Override
    public Plan<Publish> plan(View view, Instant now) {
        Verdict verdict = verdict(view.now());
        NodeFacts published = view.published();
        if (published == null) {
            return Plan.of(new Publish(view.now(), "first look at the hardware"), verdict);
        }
        boolean same = published.labels().equals(view.now().labels())
                && published.engineLabels().equals(view.now().engineLabels())
                && published.genericResources().equals(view.now().genericResources());
        return same ? Plan.nothing(verdict) : Plan.of(new Publish(view.now(), "the hardware changed"), verdict);
    }

    private static Verdict verdict(NodeFacts facts) {
        StringBuilder reason = new StringBuilder(facts.labels().getOrDefault("edge.cpu.class", "other"));
        append(reason, facts, "edge.cpu.cores", " cores");
        append(reason, facts, "edge.mem.gib", " GiB memory");
        append(reason, facts, "edge.disk.kind", " disk");
        return Verdict.done(reason.toString());
    }

    private static void append(StringBuilder reason, NodeFacts facts, String label, String unit) {
        String value = facts.labels().get(label);
        if (value != null) {
            reason.append(", ").append(value).append(unit);
        }
    }

    @Override
    public Outcome act(Publish step) {
        known.set(step.facts());
        news.accept(Topic.HARDWARE);
        try {
            byte[] json = (step.facts().profile().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
            files.write(file, json, AtomicFiles.PRIVATE_FILE);
            return Outcome.applied();
        } catch (IOException unwritable) {
            return new Outcome.Failed(String.valueOf(unwritable.getMessage()));
        }
    }
}
