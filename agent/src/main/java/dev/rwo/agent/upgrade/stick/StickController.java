package dev.rwo.agent.upgrade.stick;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.OsVersion;
import dev.rwo.agent.upgrade.UpgradeException;
import dev.rwo.agent.upgrade.campaign.CampaignDesk;
import dev.rwo.firstboot.config.UpgradeConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tells of bundles on sticks and, where the settings say so, starts the site's upgrade with one: once for each bundle. */
public final class StickController implements Controller<StickController.View, StickController.Start> {

    private static final Logger LOG = Logger.getLogger(StickController.class);

    /** Who plugs in a stick looks at the box for so long. */
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final Sticks sticks;
    private final UpgradeConfig.Stick mode;
    private final CampaignDesk desk;
    private final Supplier<String> running;
    private final String self;
    private Set<StickBundle> told = Set.of();

    /**
     * For one box.
     *
     * @param running the version that runs here; empty when it is not known
     * @param self this box's node ID
     */
    public StickController(
            Sticks sticks, UpgradeConfig.Stick mode, CampaignDesk desk, Supplier<String> running, String self) {
        this.sticks = sticks;
        this.mode = mode;
        this.desk = desk;
        this.running = running;
        this.self = self;
    }

    /**
     * What decides.
     *
     * @param sticks what is plugged in
     * @param auto whether to start by itself
     * @param running the version that runs here
     * @param campaign the bundle of the last upgrade of the site, whatever became of it; empty when there was none, and
     *     {@code "?"} when nobody can tell or one is under way
     */
    public record View(List<StickBundle> sticks, boolean auto, String running, String campaign) {

        /** Copies the list. */
        public View {
            sticks = List.copyOf(sticks);
        }
    }

    /** Takes the bundle and starts the site's upgrade. */
    public record Start(StickBundle stick, String reason) implements Step {}

    @Override
    public Declaration declaration() {
        return new Declaration("stick", null, Set.of(Topic.DEVICES, Topic.SWARM), Set.of("upgrade.stick"), SWEEP);
    }

    @Override
    public View observe() {
        List<StickBundle> found = mode == UpgradeConfig.Stick.OFF ? List.of() : sticks.look();
        Set<StickBundle> now = new HashSet<>(found);
        found.stream().filter(stick -> !told.contains(stick)).forEach(stick -> LOG.infof("%s", stick));
        told = now;
        boolean auto = mode == UpgradeConfig.Stick.AUTO && found.stream().anyMatch(each -> each.bundle() != null);
        return new View(found, auto, running.get(), auto ? campaign() : "?");
    }

    private String campaign() {
        try {
            JsonNode status = desk.status();
            String state = status.path("state").asText();
            boolean over = state.equals("none") || state.equals("done") || state.equals("aborted");
            return over ? status.path("bundle").path("id").asText() : "?";
        } catch (UpgradeException | OrchestratorException unanswered) {
            LOG.debugf("%s", unanswered.getMessage());
            return "?";
        }
    }

    @Override
    public Plan<Start> plan(View view, Instant now) {
        return decide(view);
    }

    static Plan<Start> decide(View view) {
        Verdict verdict = Verdict.done(view.sticks().isEmpty() ? "no stick with a bundle" : "a stick is plugged in");
        if (!view.auto() || view.campaign().equals("?")) {
            return Plan.nothing(verdict);
        }
        return view.sticks().stream()
                .filter(stick -> isWanted(stick.bundle(), view))
                .findFirst()
                .map(stick -> Plan.of(
                        new Start(
                                stick,
                                "upgrading the site to version "
                                        + Objects.requireNonNull(stick.bundle()).version() + " from stick "
                                        + stick.stick()),
                        verdict))
                .orElseGet(() -> Plan.nothing(verdict));
    }

    private static boolean isWanted(@Nullable Bundle bundle, View view) {
        try {
            return bundle != null
                    && !bundle.id().equals(view.campaign())
                    && bundle.version().isNewerThan(new OsVersion(view.running()));
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    @Override
    public Outcome act(Start step) {
        try {
            JsonNode taken = desk.take(step.stick().file());
            JsonNode answer = desk.start(JsonNodeFactory.instance.objectNode().set("bundle", taken), self);
            LOG.infof("rwo: %s: %s", step.reason(), answer.path("done").asText());
            return Outcome.applied();
        } catch (UpgradeException | OrchestratorException failed) {
            return new Outcome.Failed(String.valueOf(failed.getMessage()));
        }
    }
}
