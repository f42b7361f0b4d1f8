package dev.rwo.ci.lab;

import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.StageStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A box with the packaged agent. */
public final class SiteNode extends LabBox {

    private final Path program;
    private final Map<String, String> environment;

    SiteNode(LabHost host, RecordedMachine recording, Path program, Map<String, String> environment)
            throws IOException {
        super(
                host,
                recording,
                "agent=" + program,
                "guard=" + overlays(program).resolve("agent/mkosi.extra/usr/share/rwo/guard.nft"));
        this.program = program;
        this.environment = new TreeMap<>(environment);
        this.environment.put("RWO_ROOT", machine().root().toString());
        this.environment.put("RWO_ENGINE_HOST", engine().toString());
        this.environment.put("RWO_DISPLAY_DEVICE", "/nonexistent");
        this.environment.put("DOCKER_HOST", engine().toString());
        StringBuilder lines = new StringBuilder();
        this.environment.forEach((name, value) -> lines.append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        Files.writeString(host.folder().resolve("agent.env"), lines);
        Path knownMachine = machine().root().resolve("usr/libexec/rwo/known-machine");
        Files.createDirectories(knownMachine.resolveSibling(""));
        Files.copy(
                overlays(program).resolve("engine/mkosi.extra/usr/libexec/rwo/known-machine"),
                knownMachine,
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** What the image has beside the agent. */
    private static Path overlays(Path program) {
        Path project =
                Path.of("/").resolve(program.subpath(0, program.getNameCount() - LabSite.PROGRAM.getNameCount()));
        return project.resolve("overlays");
    }

    /** Where its files are. */
    public NodeLayout layout() {
        return new NodeLayout(machine().root());
    }

    /** What its agent logged, over all its starts. */
    public Path log() {
        return host().folder().resolve("rwo-agent.log");
    }

    /** {@inheritDoc} */
    @Override
    public void boot() {
        try {
            // Only what this run says counts.
            Files.deleteIfExists(layout().stagesFile());
        } catch (IOException undeletable) {
            throw new UncheckedIOException(undeletable);
        }
        super.boot();
        startAgent();
    }

    /** Starts the agent after {@link #stopAgent}. */
    public void startAgent() {
        systemctl("--no-block", "start", "rwo-agent");
    }

    /** Ends the agent in an orderly way, and keeps it from being started again. */
    public void stopAgent() {
        systemctl("stop", "rwo-agent");
    }

    /** Kills the agent, which is started again after a second, as its unit says. */
    public void killAgent() {
        systemctl("kill", "rwo-agent");
    }

    /** Kills the engine, which is started again after a second, as its unit says; containers go on. */
    public void killEngine() {
        systemctl("kill", "docker");
    }

    /** Deletes everything on its disk and leaves it off: the same hardware with a new image. */
    public void wipe() {
        kill();
        try {
            LabFolder.remove(layout().variable());
            machine().layOutVar();
        } catch (IOException failed) {
            throw new LabException(host() + " cannot be wiped: " + failed.getMessage(), failed);
        }
    }

    /** {@link #wipe} and {@link #boot}. */
    public void reflash() {
        wipe();
        boot();
    }

    /** What an operator types after {@code rwo} on the box; answers what it printed. */
    public String rwo(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return exec(command.toArray(String[]::new));
    }

    /** What an operator types on the box, with {@code docker}, {@code rwo} and {@code systemctl} as there. */
    public String exec(String... command) {
        return Commands.run(Duration.ofMinutes(2), commandEnvironment(), "", host().inside(command));
    }

    /** For a command started by {@link LabHost#inside}: settings that make it one of this box. */
    public Map<String, String> commandEnvironment() {
        Map<String, String> all = new TreeMap<>(environment);
        all.put("PATH", host().folder().resolve("bin") + ":" + program.getParent() + ":" + Requirements.path());
        return all;
    }

    /** What the agent last said of each stage since the box was switched on; empty before it said something. */
    public List<StageStatus> stages() {
        return StageBoard.lastRun(layout());
    }

    /** One stage. */
    public Optional<StageStatus> stage(Stage stage) {
        return stages().stream().filter(status -> status.stage() == stage).findFirst();
    }

    /**
     * Waits until a stage is as wanted, and answers it.
     *
     * @throws LabException when it does not become so; the message has how it is
     */
    public StageStatus await(Stage stage, Duration patience, Predicate<StageStatus> wanted) {
        try {
            return Waiting.await(
                    patience, () -> stage(stage).filter(wanted), "the stage " + stage.id() + " of " + host());
        } catch (LabException late) {
            throw new LabException(
                    late.getMessage() + "; it is: "
                            + stage(stage).map(String::valueOf).orElse("not known") + "; see " + log(),
                    late);
        }
    }
}
