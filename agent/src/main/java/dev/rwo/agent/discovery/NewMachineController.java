package dev.rwo.agent.discovery;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A disk that comes up in another machine than before was moved there, or is a copy: {@code docker.service} does not start
 * then, because two engines with one manager's identity vote twice. This looks for the other box, and starts the engine when
 * there is none.
 */
public final class NewMachineController
        implements Controller<NewMachineController.View, NewMachineController.MachineStep> {

    private static final Logger LOG = Logger.getLogger(NewMachineController.class);

    /** Boxes on one LAN find each other within seconds; this is what moving a disk costs, once. */
    private static final Duration LOOKS = Duration.ofSeconds(45);

    /** Nobody is found without a network: longer than DHCP may take. */
    private static final Duration LOOKS_WITHOUT_NETWORK = Duration.ofMinutes(2);

    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final Duration COMMAND = Duration.ofSeconds(10);

    private final Others others;
    private final Path check;
    private final Path held;
    private final HostCommands commands;
    private final InstantSource clock;
    private final Consumer<Topic> news;
    private final Instant started;
    private volatile boolean remembered;
    private volatile @Nullable View last;

    /**
     * What is heard of the other boxes.
     *
     * @param listeningSince since when, empty without a network
     * @param copyOf whose copy this disk is, one line
     * @param undecided whether another box with this identity was heard, and it is open which is the copy
     */
    record Others(
            Supplier<Optional<Instant>> listeningSince, Supplier<Optional<String>> copyOf, BooleanSupplier undecided) {}

    /**
     * Of this box.
     *
     * @param root where the files of the machine are; an image without {@code usr/libexec/rwo/known-machine} holds nothing
     *     back
     * @param news told {@link Topic#ENGINE} when the engine was started
     */
    public NewMachineController(
            Discovery discovery, Path root, HostCommands commands, InstantSource clock, Consumer<Topic> news) {
        this(
                new Others(discovery::listeningSince, discovery::duplicateObstacle, discovery::hearsDuplicate),
                root,
                commands,
                clock,
                news);
    }

    NewMachineController(Others others, Path root, HostCommands commands, InstantSource clock, Consumer<Topic> news) {
        this.others = others;
        this.check = root.resolve("usr/libexec/rwo/known-machine");
        this.held = root.resolve("run/rwo/engine-held");
        this.commands = commands;
        this.clock = clock;
        this.news = news;
        this.started = clock.instant();
    }

    /**
     * What decides.
     *
     * @param known whether the engine may start by itself: the disk is where it was before
     * @param remembered whether it is noted where it is
     * @param held whether the engine was held back when it was to start
     * @param copyOf whose copy this disk is, one line; empty when it is none as far as is known
     * @param undecided whether another box with this identity was heard, and it is open which is the copy
     * @param looked for how long others were listened for
     * @param enough how long is enough
     */
    public record View(
            boolean known,
            boolean remembered,
            boolean held,
            String copyOf,
            boolean undecided,
            Duration looked,
            Duration enough) {}

    /** What it does. */
    public sealed interface MachineStep extends Step {}

    /** Notes that the disk belongs into this machine. */
    public record Remember(String reason) implements MachineStep {}

    /** The same, and starts the engine that was held back. */
    public record Accept(String reason) implements MachineStep {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "machine", null, Set.of(Topic.DISCOVERY, Topic.MEMBERS), Set.of("engine.known-machine"), SWEEP);
    }

    @Override
    public View observe() {
        Instant now = clock.instant();
        Optional<Instant> listening = others.listeningSince().get();
        View view = new View(
                remembered || isKnown(),
                remembered,
                Files.exists(held),
                others.copyOf().get().orElse(""),
                others.undecided().getAsBoolean(),
                Duration.between(listening.orElse(started), now),
                listening.isPresent() ? LOOKS : LOOKS_WITHOUT_NETWORK);
        last = view;
        return view;
    }

    private boolean isKnown() {
        try {
            if (Files.exists(check)) {
                commands.run(COMMAND, check.toString());
            }
            return true;
        } catch (HostCommandException another) {
            return false;
        }
    }

    @Override
    public Plan<MachineStep> plan(View view, Instant now) {
        return plan(view);
    }

    private static Plan<MachineStep> plan(View view) {
        Verdict here = Verdict.done("this disk's machine");
        if (view.known() && view.held()) {
            // An adapter was not there yet, or just being renamed, when the engine was to start.
            return Plan.of(new Accept("the engine was held back, and this is its machine"), here);
        }
        if (view.known()) {
            return view.remembered()
                    ? Plan.nothing(here)
                    : Plan.of(new Remember("it is not noted that this disk belongs into this machine"), here);
        }
        if (!view.copyOf().isEmpty()) {
            return Plan.nothing(Verdict.failed(view.copyOf(), "flash this box anew"));
        }
        if (view.undecided()) {
            return Plan.nothing(Verdict.waiting(
                    "this disk came from another machine, and another box says that it is this node: the engine waits until it"
                            + " is clear which is the copy",
                    "switch off the box that has no business here"));
        }
        if (view.looked().compareTo(view.enough()) < 0) {
            return Plan.nothing(Verdict.waiting(
                    "this disk came from another machine: before the engine starts, the box listens for "
                            + view.enough().toSeconds() + " s whether it is a copy of one that is here",
                    ""));
        }
        return Plan.of(
                new Accept("this disk came from another machine, and no other box has its identity"),
                Verdict.running("starting the engine"));
    }

    @Override
    public Outcome act(MachineStep step) {
        try {
            if (Files.exists(check)) {
                commands.run(COMMAND, check.toString(), "--remember");
            }
            if (step instanceof Accept) {
                LOG.infof("rwo: starting the engine: %s", step.reason());
                Files.deleteIfExists(held);
                commands.run(COMMAND, "systemctl", "--no-block", "start", "docker.service");
                news.accept(Topic.ENGINE);
            }
            remembered = true;
            return Outcome.applied();
        } catch (IOException | HostCommandException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }

    /** Why the engine is kept stopped; empty when it is not, by this. */
    public Optional<Verdict> notice() {
        return Optional.ofNullable(last)
                .filter(view -> !view.known())
                .map(view -> plan(view).verdict());
    }
}
