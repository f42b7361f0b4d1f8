package dev.rwo.agent.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Keeps the engine's own configuration in step with the hardware: the ancestor's labels, VIDEO, proxies. */
public final class EngineController implements Controller<EngineController.View, EngineController.Change> {

    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration SYSTEMCTL = Duration.ofMinutes(2);
    private static final String UNIT = "docker.service";

    private final Orchestrator orchestrator;
    private final Supplier<Optional<NodeFacts>> facts;
    private final Path file;
    private final EngineProxies proxies;
    private final HostCommands commands;
    private final Supplier<Optional<Verdict>> keptStopped;
    private final Consumer<Topic> news;
    private final AtomicFiles files = new AtomicFiles();
    private final ObjectMapper json = new ObjectMapper();

    /**
     * For one box.
     *
     * @param facts what the hardware says, empty until the first profile
     * @param file the engine's daemon.json
     * @param proxies the engine's proxies
     * @param keptStopped why no engine can answer; empty when one should
     * @param news told {@link Topic#ENGINE} after a change
     */
    public EngineController(
            Orchestrator orchestrator,
            Supplier<Optional<NodeFacts>> facts,
            Path file,
            EngineProxies proxies,
            HostCommands commands,
            Supplier<Optional<Verdict>> keptStopped,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.facts = facts;
        this.file = file;
        this.proxies = proxies;
        this.commands = commands;
        this.keptStopped = keptStopped;
        this.news = news;
    }

    /**
     * What decides.
     *
     * @param engine the engine's own words
     * @param current daemon.json as it is
     * @param wanted daemon.json as it shall be
     * @param labels the engine labels it shall have
     */
    public record View(EngineState engine, ObjectNode current, ObjectNode wanted, Map<String, String> labels) {}

    /** A change of the engine's configuration. */
    public sealed interface Change extends Step {}

    /** Writes daemon.json. */
    public record WriteConfig(ObjectNode config, String reason) implements Change {}

    /** Makes the engine read its labels again; containers go on. */
    public record Reload(String reason) implements Change {}

    /** Restarts the engine; planned only while it runs no container. */
    public record Restart(String reason) implements Change {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "engine",
                Stage.ENGINE,
                Set.of(Topic.HARDWARE, Topic.ENGINE),
                Set.of("engine.daemon.json", "engine.lifecycle"),
                SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        NodeFacts known = facts.get()
                .orElseThrow(() -> new ObservationException(Verdict.waiting("waiting for the hardware profile", "")));
        EngineState engine;
        try {
            engine = orchestrator.engine();
        } catch (OrchestratorException unanswered) {
            throw new ObservationException(keptStopped
                    .get()
                    .orElseGet(() -> Verdict.waiting(
                            String.valueOf(unanswered.getMessage()), "if it stays so, see: journalctl -u docker")));
        }
        ObjectNode current = current();
        ObjectNode wanted = EngineConfig.merge(current, known.engineLabels(), known.genericResources(), proxies);
        return new View(engine, current, wanted, known.engineLabels());
    }

    private ObjectNode current() throws ObservationException {
        try {
            return (ObjectNode) json.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException none) {
            return json.createObjectNode();
        } catch (JsonProcessingException | ClassCastException broken) {
            throw new ObservationException(
                    Verdict.failed(file + " is not a JSON object: " + broken.getMessage(), "mend or delete the file"));
        } catch (IOException unreadable) {
            throw new ObservationException(Verdict.failed(file + " cannot be read: " + unreadable.getMessage(), ""));
        }
    }

    @Override
    public Plan<Change> plan(View view, Instant now) {
        boolean idle = view.engine().containersRunning() == 0;
        Verdict applying = Verdict.running("applying the engine's settings");
        if (!view.current().equals(view.wanted())) {
            WriteConfig write = new WriteConfig(view.wanted(), "daemon.json differs from what the box needs");
            if (EngineConfig.reloadable(view.current(), view.wanted())) {
                return new Plan<>(List.of(write, new Reload("the engine's labels changed")), applying);
            }
            return idle
                    ? new Plan<>(List.of(write, new Restart("settings changed that need a restart")), applying)
                    : Plan.of(write, untilRestart());
        }
        if (!view.engine().labels().entrySet().containsAll(view.labels().entrySet())) {
            return Plan.of(new Reload("the engine does not have its labels yet"), applying);
        }
        if (proxyDiffers(view)) {
            return idle
                    ? Plan.of(new Restart("the engine does not use its proxy settings yet"), applying)
                    : Plan.nothing(untilRestart());
        }
        return Plan.nothing(Verdict.done("Docker " + view.engine().version()));
    }

    /** Only whether there is one: the engine blots out the user and password of the proxy that it reports. */
    private static boolean proxyDiffers(View view) {
        return view.engine().httpProxy().isEmpty()
                        == view.wanted().at("/proxies/http-proxy").isTextual()
                || view.engine().httpsProxy().isEmpty()
                        == view.wanted().at("/proxies/https-proxy").isTextual();
    }

    private static Verdict untilRestart() {
        return Verdict.degraded(
                "new engine settings wait for a restart, because containers are running",
                "restart when it suits the shop: systemctl restart docker");
    }

    @Override
    public Outcome act(Change step) {
        try {
            switch (step) {
                case WriteConfig write -> {
                    byte[] content = (write.config().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
                    return files.write(file, content, AtomicFiles.PUBLIC_FILE)
                            ? Outcome.applied()
                            : Outcome.unchanged();
                }
                case Reload ignored -> commands.run(SYSTEMCTL, "systemctl", "reload", UNIT);
                case Restart ignored -> commands.run(SYSTEMCTL, "systemctl", "restart", UNIT);
            }
            news.accept(Topic.ENGINE);
            return Outcome.applied();
        } catch (IOException | HostCommandException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }
}
