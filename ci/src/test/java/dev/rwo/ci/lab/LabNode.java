package dev.rwo.ci.lab;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.control.ControlEngine;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.ActivationController;
import dev.rwo.agent.swarm.DockerOrchestrator;
import dev.rwo.agent.swarm.EngineController;
import dev.rwo.agent.swarm.EngineEvents;
import dev.rwo.agent.swarm.EngineProxies;
import dev.rwo.agent.swarm.LabelController;
import dev.rwo.agent.swarm.OverlayPool;
import dev.rwo.agent.swarm.formation.BallotBox;
import dev.rwo.agent.swarm.formation.Formation;
import dev.rwo.agent.swarm.formation.FormationController;
import dev.rwo.agent.swarm.formation.JoinAnswer;
import dev.rwo.agent.swarm.formation.Solitude;
import dev.rwo.agent.swarm.formation.Surroundings;
import dev.rwo.agent.swarm.formation.SwarmMemory;
import dev.rwo.agent.workload.WorkloadController;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.StageStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The agent's controllers from the engine to the workloads, wired as in the agent and running on a real engine, with
 * hardware facts that the test chooses. Made anew over the same folder it is the agent after a restart.
 */
final class LabNode implements AutoCloseable {

    /** Generous, because virtual machines may run beside; a stage is usually there within a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final NodeLayout layout;
    private final StageBoard board;
    private final DockerOrchestrator orchestrator;
    private final ControlEngine controllers;
    private final EngineEvents events;

    private LabNode(LabEngine engine, Path root, NodeFacts facts) throws IOException {
        layout = new NodeLayout(root);
        Files.createDirectories(layout.state());
        Clock clock = Clock.systemUTC();
        board = new StageBoard(layout, clock);
        HostCommands commands = commands(engine);
        orchestrator = new DockerOrchestrator(engine.host(), commands);
        controllers = new ControlEngine(
                List.of(
                        new EngineController(
                                orchestrator,
                                () -> Optional.of(facts),
                                engine.config(),
                                EngineProxies.of(Map.of()),
                                commands,
                                Optional::empty,
                                this::tell),
                        formation(lan(engine)),
                        new LabelController(orchestrator, () -> Optional.of(facts), released -> {}, this::tell),
                        new ActivationController(orchestrator, () -> Optional.of(facts), this::tell),
                        new WorkloadController(
                                orchestrator, List.of(layout.imageStacks(), layout.stacks()), clock, this::tell)),
                board,
                clock,
                new SimpleMeterRegistry(),
                new Random(17));
        events = new EngineEvents(orchestrator, this::tell);
    }

    /** A box that has listened for long and sees no other. */
    private FormationController formation(LanAddresses lan) {
        Supplier<Duration> uptime = () -> Duration.ofNanos(System.nanoTime());
        return new FormationController(
                new Formation(new Formation.Wiring(
                        orchestrator,
                        new Solitude(MemberDigest.of("node-1", "till-1", "", "1"), "boot-1", Instant.now()),
                        new SwarmMemory(layout.swarmMemory()),
                        new BallotBox(layout.ballot(), uptime.get()),
                        "shop-17",
                        false,
                        () -> lan.primary().map(LanAddress::address),
                        () -> OverlayPool.choose(lan.all()),
                        this::obstacleToBirth,
                        Surroundings::quiet,
                        uptime,
                        new Random(17),
                        this::tell)),
                orchestrator,
                new NoPeers(),
                JoinAnswer::managers,
                Optional::empty);
    }

    private static final class NoPeers implements Peers {
        @Override
        public JsonNode get(String api, String path) throws PeerException {
            throw new PeerException(PeerException.Kind.UNREACHABLE, api + " cannot be asked");
        }

        @Override
        public JsonNode post(String api, String path, JsonNode body) throws PeerException {
            return get(api, path);
        }
    }

    /** As in the agent: a swarm is born with the engine's labels, which it would otherwise learn some 20 s later. */
    private String obstacleToBirth() {
        return board.status(Stage.ENGINE).state().isUsable() ? "" : "waiting for the container engine";
    }

    /** Starts the controllers. */
    static LabNode start(LabEngine engine, Path root, NodeFacts facts) throws IOException {
        LabNode node = new LabNode(engine, root, facts);
        node.board.onChange(status -> {
            if (status.stage() == Stage.ENGINE && status.state().isUsable()) {
                node.tell(Topic.ENGINE);
            }
        });
        node.controllers.start();
        Thread.ofVirtual().name("engine-events").start(node.events);
        return node;
    }

    /** The lab's only address, as the agent would find it. */
    static LanAddresses lan(LabEngine engine) {
        return new LanAddresses(
                List.of(new LanAddress(engine.device(), engine.address(), engine.prefixLength(), true)),
                Set.of(engine.device()),
                Set.of(engine.device()));
    }

    /** The service manager's part is played by the lab, Docker's command line is the real one. */
    static HostCommands commands(LabEngine engine) {
        HostCommands system = HostCommands.system();
        return (deadline, command) -> {
            switch (String.join(" ", command)) {
                case "systemctl reload docker.service" -> engine.reload();
                case "systemctl restart docker.service" -> engine.restart();
                default -> {
                    if (!command[0].equals("docker")) {
                        throw new AssertionError("the agent may not run " + String.join(" ", command) + " in the lab");
                    }
                    return system.run(deadline, command);
                }
            }
            return "";
        };
    }

    /** What an operator types. */
    static String docker(LabEngine engine, String... arguments) throws HostCommandException {
        String[] command = new String[arguments.length + 3];
        command[0] = "docker";
        command[1] = "--host";
        command[2] = engine.host().toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        return HostCommands.system().run(Duration.ofSeconds(60), command).strip();
    }

    private void tell(Topic topic) {
        controllers.trigger(topic);
    }

    /** Makes every controller look again, as its sweep would. */
    void lookAgain() {
        for (Topic topic : Topic.values()) {
            tell(topic);
        }
    }

    /** Where stacks from the seed partition are. */
    Path stacks() {
        return layout.stacks();
    }

    DockerOrchestrator orchestrator() {
        return orchestrator;
    }

    /** Waits until a stage is as wanted, and answers it. */
    StageStatus await(Stage stage, Predicate<StageStatus> wanted) {
        CompletableFuture<StageStatus> seen = new CompletableFuture<>();
        board.onChange(status -> {
            if (status.stage() == stage && wanted.test(status)) {
                seen.complete(status);
            }
        });
        StageStatus now = board.status(stage);
        if (wanted.test(now)) {
            return now;
        }
        try {
            return seen.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("stage " + stage.id() + " is still: " + board.status(stage), late);
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + stage.id(), stop);
        }
    }

    @Override
    public void close() throws IOException {
        events.close();
        controllers.close();
        orchestrator.close();
    }
}
