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
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.NodeCertificate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Sets the box's clock by its peers when it is wrong and no time server is there: once a boot. */
public final class ClockController implements Controller<ClockController.View, ClockController.SetClock> {

    private static final Logger LOG = Logger.getLogger(ClockController.class);

    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration COMMAND = Duration.ofSeconds(10);

    private final Discovery discovery;
    private final NodeLayout layout;
    private final HostCommands commands;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Consumer<Topic> news;
    private final Path marker;
    private volatile boolean wrong;

    /**
     * Of this box.
     *
     * @param news told {@link Topic#NETWORK} and {@link Topic#TRUST} after the clock was set: certificates that it made
     *     with the wrong clock must be made anew
     */
    public ClockController(
            Discovery discovery,
            NodeLayout layout,
            HostCommands commands,
            Clock clock,
            MeterRegistry meters,
            Consumer<Topic> news) {
        this.discovery = discovery;
        this.layout = layout;
        this.commands = commands;
        this.clock = clock;
        this.meters = meters;
        this.news = news;
        this.marker = layout.runtime().resolve("clock-set");
        Gauge.builder("rwo.clock.wrong", () -> wrong ? 1 : 0)
                .description("1 when the box's clock is wrong by what its peers and its certificates say")
                .register(meters);
    }

    /**
     * What decides.
     *
     * @param judged by itself and by its peers
     * @param synchronised whether a time server says what the time is, as far as was asked: {@code yes} or {@code no}
     * @param done whether it was set already since the box started
     */
    public record View(ClockPlanner.Verdict judged, String synchronised, boolean done) {}

    /**
     * Sets the clock forward, or back.
     *
     * @param by how far
     */
    public record SetClock(Duration by, String reason) implements Step {}

    @Override
    public Declaration declaration() {
        return new Declaration("clock", null, Set.of(Topic.DISCOVERY), Set.of("system.clock"), SWEEP);
    }

    @Override
    public View observe() {
        ClockPlanner.Verdict judged =
                ClockPlanner.plan(new ClockPlanner.View(clock.instant(), earliest(), latest(), discovery.clocks()));
        if (!(judged instanceof ClockPlanner.Verdict.Right) && !wrong) {
            meters.counter("rwo.clock.doubts").increment();
        }
        wrong = !(judged instanceof ClockPlanner.Verdict.Right);
        boolean ask = judged instanceof ClockPlanner.Verdict.Wrong;
        return new View(judged, ask ? synchronised() : "", Files.exists(marker));
    }

    /**
     * Why this box must neither found nor join a swarm: its clock is wrong beyond any doubt, it can prove itself to nobody
     * and nobody to it. Empty when nothing is wrong with it by itself.
     */
    public Optional<String> obstacle() {
        Instant earliest = earliest();
        Instant latest = latest();
        Instant now = clock.instant();
        return ClockPlanner.isImpossible(now, earliest, latest)
                ? Optional.of(ClockPlanner.impossible(now, earliest, latest))
                : Optional.empty();
    }

    private String synchronised() {
        try {
            return commands.run(COMMAND, "timedatectl", "show", "-p", "NTPSynchronized", "--value")
                    .strip();
        } catch (HostCommandException unknown) {
            return "";
        }
    }

    /** The image knows when it was built, and the site when it began. */
    private Instant earliest() {
        Instant built;
        try {
            built = Files.getLastModifiedTime(layout.buildInfo()).toInstant();
        } catch (IOException notInAnImage) {
            built = Instant.EPOCH;
        }
        try {
            Instant begun = issuer().getNotBefore().toInstant();
            return begun.isAfter(built) ? begun : built;
        } catch (CredentialException none) {
            return built;
        }
    }

    private Instant latest() {
        try {
            return issuer().getNotAfter().toInstant();
        } catch (CredentialException none) {
            return Instant.MAX;
        }
    }

    private X509Certificate issuer() {
        return NodeCertificate.read(layout.nodeCertificate()).chain().getLast();
    }

    @Override
    public Plan<SetClock> plan(View view, Instant now) {
        return switch (view.judged()) {
            case ClockPlanner.Verdict.Right ignored -> Plan.nothing(Verdict.done("the clock is as the others'"));
            case ClockPlanner.Verdict.Doubtful doubt -> Plan.nothing(Verdict.degraded(doubt.reason(), hint()));
            case ClockPlanner.Verdict.Wrong wrong -> {
                Verdict verdict = Verdict.degraded(wrong.reason(), hint());
                yield view.synchronised().equals("no") && !view.done()
                        ? Plan.of(new SetClock(wrong.behind(), wrong.reason()), verdict)
                        : Plan.nothing(verdict);
            }
        };
    }

    private static String hint() {
        return "is a time server reachable? see ntp.servers in rwo.yaml; does the box's battery need replacing?";
    }

    @Override
    public Outcome act(SetClock step) {
        Instant right = clock.instant().plus(step.by());
        try {
            // First the mark: a clock that cannot be kept must not be set again and again.
            Files.createDirectories(layout.runtime());
            Files.writeString(marker, right + "\n");
            commands.run(COMMAND, "date", "--set=@" + right.getEpochSecond());
        } catch (IOException | HostCommandException failed) {
            return new Outcome.Failed("the clock cannot be set: " + failed.getMessage());
        }
        meters.counter("rwo.clock.set").increment();
        LOG.warnf("rwo: clock set to %s: %s", right, step.reason());
        news.accept(Topic.NETWORK);
        news.accept(Topic.TRUST);
        return Outcome.applied();
    }
}
