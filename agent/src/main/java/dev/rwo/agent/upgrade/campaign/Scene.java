package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.NodeUpgrade;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One look at one view: what the parts of the planner share, and what they have decided so far. */
final class Scene {

    private final CampaignView view;
    private final Instant now;
    private final List<CampaignStep> steps = new ArrayList<>();
    private final Map<String, Standing> standings = new HashMap<>();
    private @Nullable String halt;

    Scene(CampaignView view, Instant now) {
        this.view = view;
        this.now = now;
        Campaign campaign = view.campaign();
        if (campaign != null) {
            view.nodes().forEach(node -> standings.put(node.entry().id(), Standing.of(node, campaign)));
        }
    }

    CampaignView view() {
        return view;
    }

    List<NodeSight> nodes() {
        return view.nodes();
    }

    List<CampaignStep> steps() {
        return steps;
    }

    void add(CampaignStep step) {
        steps.add(step);
    }

    Standing.Kind kind(NodeSight node) {
        return standing(node).kind();
    }

    Standing standing(NodeSight node) {
        return standings.getOrDefault(node.entry().id(), new Standing(Standing.Kind.AWAY, ""));
    }

    /** The first reason counts. */
    void halt(String why) {
        if (halt == null) {
            halt = why;
        }
    }

    void halt(NodeSight node, String why) {
        halt(node.name() + ": " + why);
    }

    @Nullable
    String halt() {
        return halt;
    }

    boolean isOver(Instant since, Duration length) {
        return !now.isBefore(since.plus(length));
    }

    /** Whether there is a node that the tasks of this one could go to. */
    boolean canDrain(NodeSight node) {
        return nodes().stream().anyMatch(other -> !other.isSame(node) && other.lock() == null && other.takesTasks());
    }

    /** Undoes the drain, and gives the right to be unavailable back. */
    void giveBack(NodeSight node, String why) {
        if (node.isDrainedByUs()) {
            add(new CampaignStep.Activate(node.entry(), why));
        }
        if (node.lock() != null) {
            add(new CampaignStep.FreeLock(node.box(), why));
        }
    }

    /** Gives back what an upgrade holds, and what is drained for nobody, as far as it is well, whichever version it runs. */
    void giveAllBack() {
        for (NodeSight node : nodes()) {
            boolean held = node.isHeldBy(RebootLock.Holder.UPGRADE);
            boolean stray = node.lock() == null && node.isDrainedByUs();
            if ((held || stray) && maySettle(node)) {
                giveBack(node, node.name() + " is well");
            }
        }
    }

    /** Whether the box is well and will not restart in the next moment, or an operator says that it is given up. */
    boolean maySettle(NodeSight node) {
        RebootLock lock = node.lock();
        if (lock != null && lock.released()) {
            return true;
        }
        NodeUpgrade upgrade = node.upgrade();
        if (upgrade == null || !node.isHealthy()) {
            return false;
        }
        return switch (upgrade.phase()) {
            case TRIAL, REBOOTING -> false;
            // Told to restart, and perhaps about to.
            case STAGED -> lock == null || !lock.booted() || isOver(node.since(), CampaignPlanner.AWAY);
            case IDLE, STAGING, FAILED -> true;
        };
    }
}
