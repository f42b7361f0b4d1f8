package dev.rwo.agent.node;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.firstboot.Reload;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageFinding;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.SystemSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** Brings the seed's settings into the running system: files below /etc, then the services that must read them. */
public final class SeedController implements Controller<SeedController.View, SeedController.Change> {

    private static final Logger LOG = Logger.getLogger(SeedController.class);
    private static final Duration SWEEP = Duration.ofMinutes(10);
    private static final Duration RELOAD = Duration.ofMinutes(1);

    private final PreparedNode prepared;
    private final HostCommands commands;
    private final Set<Reload> pending = EnumSet.noneOf(Reload.class);
    private boolean written;

    /** Of this node. */
    public SeedController(PreparedNode prepared, HostCommands commands) {
        this.prepared = prepared;
        this.commands = commands;
        prepared.seed().problems().forEach(problem -> LOG.warnf("%s", problem));
    }

    /**
     * What decides.
     *
     * @param found what came of the seed import
     * @param written whether the files were written in this run
     * @param pending services that have not read them yet
     */
    public record View(StageFinding found, boolean written, Set<Reload> pending) {}

    /** A change of the running system. */
    public sealed interface Change extends Step {}

    /** Writes the files. */
    public record WriteSettings(String reason) implements Change {}

    /** Makes a service read them. */
    public record Tell(Reload what, String reason) implements Change {}

    @Override
    public Declaration declaration() {
        return new Declaration("seed", Stage.SEED, Set.of(), Set.of("system.settings"), SWEEP);
    }

    @Override
    public View observe() {
        return new View(found(), written, Set.copyOf(pending));
    }

    /** On a system that is not ours the seed is a folder, and much of it is not for us to apply. */
    private StageFinding found() {
        StageFinding found = prepared.seed().finding();
        if (prepared.layout().ownSystem() || found.state() != StageState.DONE) {
            return found;
        }
        return prepared.seed().seedPresent()
                ? new StageFinding(
                        Stage.SEED, StageState.DONE, "name, network, time and ssh are left to this system", "")
                : new StageFinding(
                        Stage.SEED,
                        StageState.DONE,
                        "no seed in " + prepared.layout().seed() + "; the settings of the last start hold",
                        "");
    }

    @Override
    public Plan<Change> plan(View view, Instant now) {
        StageFinding found = view.found();
        Verdict verdict = new Verdict(found.state(), found.reason(), found.hint());
        if (!view.written()) {
            return Plan.of(new WriteSettings("the settings of rwo.yaml are to hold"), verdict);
        }
        List<Change> reloads = Arrays.stream(Reload.values())
                .filter(view.pending()::contains)
                .<Change>map(what -> new Tell(what, "its settings changed"))
                .toList();
        return new Plan<>(reloads, verdict);
    }

    @Override
    public Outcome act(Change step) {
        return switch (step) {
            case WriteSettings ignored -> write();
            case Tell tell -> tell(tell.what());
        };
    }

    private Outcome write() {
        SystemSettings.Applied applied = SystemSettings.apply(
                prepared.layout(),
                SystemSettings.render(prepared.config(), prepared.identity().identity()));
        pending.addAll(applied.reloads());
        if (!applied.problems().isEmpty()) {
            return new Outcome.Failed(String.join("; ", applied.problems()));
        }
        written = true;
        return applied.changed().isEmpty() ? Outcome.unchanged() : Outcome.applied();
    }

    private Outcome tell(Reload what) {
        try {
            for (String[] command : commandsFor(what)) {
                commands.run(RELOAD, command);
            }
            pending.remove(what);
            return Outcome.applied();
        } catch (HostCommandException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }

    private List<String[]> commandsFor(Reload what) {
        return switch (what) {
            case HOSTNAME -> List.<String[]>of(new String[] {"hostname", prepared.nodeName()});
            case NETWORK -> List.<String[]>of(new String[] {"networkctl", "reload"});
            case TIME -> List.<String[]>of(new String[] {"systemctl", "try-restart", "systemd-timesyncd.service"});
            case RESOLVER -> List.<String[]>of(new String[] {"systemctl", "try-restart", "systemd-resolved.service"});
            case SSH ->
                List.<String[]>of(new String[] {
                    "systemctl", prepared.config().sshKeys().isEmpty() ? "stop" : "restart", "ssh.service"
                });
        };
    }
}
