package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.swarm.DrainMark;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.upgrade.NodeUpgrade;
import java.util.List;

/** What is done with a box that has the right to be unavailable for the upgrade: drained, restarted, given back. */
final class InHand {

    private final Scene scene;
    private final Campaign campaign;

    InHand(Scene scene, Campaign campaign) {
        this.scene = scene;
        this.campaign = campaign;
    }

    /** Takes it further; answers what is waited for, empty when it is not in hand. */
    String further(NodeSight node) {
        RebootLock lock = node.lock();
        if (lock == null || lock.holder() != RebootLock.Holder.UPGRADE) {
            return "";
        }
        if (lock.released()) {
            scene.giveBack(node, "an operator gave up waiting for " + node.name());
            return "";
        }
        if (scene.kind(node) == Standing.Kind.DONE) {
            return takeBack(node, lock);
        }
        return lock.booted() ? restart(node) : leave(node);
    }

    private String takeBack(NodeSight node, RebootLock lock) {
        if (node.isHealthy()) {
            scene.giveBack(node, node.name() + " is well with " + campaign.version());
        } else if (isLate(node)) {
            String what = lock.booted() ? "restarted into " : "runs ";
            scene.halt(
                    node,
                    what + campaign.version() + ", and the swarm does not find it well within "
                            + CampaignPlanner.RETURN.toMinutes() + " min");
        }
        return node.name() + " waits until the swarm finds it well";
    }

    private boolean isLate(NodeSight node) {
        return scene.isOver(node.lockSince(), CampaignPlanner.RETURN);
    }

    /** After the order to restart. */
    private String restart(NodeSight node) {
        NodeUpgrade upgrade = node.upgrade();
        if (isLate(node)) {
            scene.halt(
                    node,
                    "was told to restart into " + campaign.version() + " and is not well with it after "
                            + CampaignPlanner.RETURN.toMinutes() + " min"
                            + (upgrade == null ? ": " + node.silence() : "; it runs " + upgrade.running()));
            return "";
        }
        if (upgrade == null) {
            return node.name() + " restarts";
        }
        switch (upgrade.phase()) {
            case IDLE -> {
                if (scene.isOver(node.since(), CampaignPlanner.AGAIN)) {
                    scene.halt(node, "came back with " + upgrade.running() + " instead of " + campaign.version());
                }
            }
            case STAGED -> {
                if (!node.refusal().isEmpty() || scene.isOver(node.since(), CampaignPlanner.AWAY)) {
                    boot(node, node.name() + " has not restarted yet");
                }
            }
            case STAGING, REBOOTING, TRIAL, FAILED -> {
                // It goes on by itself, or its standing has halted the campaign.
            }
        }
        return node.name() + " " + scene.standing(node).text();
    }

    private void boot(NodeSight node, String why) {
        if (Quorum.allows(node, scene.nodes())) {
            scene.add(new CampaignStep.Boot(node.box(), why));
        }
    }

    /** Before it. */
    private String leave(NodeSight node) {
        NodeUpgrade upgrade = node.upgrade();
        if (upgrade == null) {
            if (scene.isOver(node.since(), CampaignPlanner.RETURN)) {
                scene.halt(node, "went away before it was restarted: " + node.silence());
            }
            return node.name() + " does not answer";
        }
        if (scene.kind(node) != Standing.Kind.DRAINING) {
            // What it had staged is gone: it gets it again like any other.
            if (scene.maySettle(node)) {
                scene.giveBack(node, node.name() + " has " + campaign.version() + " staged no longer");
            }
            return node.name() + " has to be staged again";
        }
        if (scene.canDrain(node)) {
            if (!node.isDrained()) {
                scene.add(new CampaignStep.Drain(
                        node.entry(),
                        DrainMark.upgrade(node.entry(), campaign.version()),
                        node.name() + " is upgraded to " + campaign.version()));
                return node.name() + " gives its tasks away";
            }
            String awaited = awaited(node);
            if (!awaited.isEmpty()) {
                if (scene.isOver(node.lockSince(), CampaignPlanner.DRAIN)) {
                    scene.halt(node, "was drained, and after " + CampaignPlanner.DRAIN.toMinutes() + " min " + awaited);
                }
                return node.name() + " is drained: " + awaited;
            }
        }
        if (!Quorum.allows(node, scene.nodes())) {
            return node.name() + " waits: without it the managers could not decide";
        }
        boot(node, node.name() + " restarts into " + campaign.version());
        return node.name() + " restarts";
    }

    /** What keeps a drained node; empty when nothing. */
    private String awaited(NodeSight node) {
        if (!node.movable().isEmpty()) {
            return "it still runs "
                    + String.join(", ", node.movable().stream().sorted().toList());
        }
        boolean placed = scene.isOver(node.lockSince(), CampaignPlanner.PLACING);
        List<ServiceState> sick = Services.sick(scene.view().services(), campaign.sick()).stream()
                .filter(service -> !(placed && service.hasNowhereToGo()))
                .toList();
        return sick.isEmpty() ? "" : "elsewhere there runs only " + Services.names(sick);
    }
}
