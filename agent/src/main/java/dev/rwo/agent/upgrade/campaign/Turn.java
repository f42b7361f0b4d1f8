package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.swarm.ServiceState;
import dev.rwo.agent.upgrade.campaign.Standing.Kind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whose turn it is: the canary first and alone, then workers, then managers one at a time, the leader last. */
final class Turn {

    private final Scene scene;
    private final Campaign campaign;
    private final Instant wall;

    Turn(Scene scene, Campaign campaign, Instant wall) {
        this.scene = scene;
        this.campaign = campaign;
        this.wall = wall;
    }

    /** Takes the next ones, if they may go; answers what is waited for. */
    String plan() {
        List<NodeSight> waiting = scene.nodes().stream()
                .filter(node -> scene.kind(node) == Kind.STAGED && node.lock() == null && node.isHealthy())
                .sorted(order())
                .toList();
        if (waiting.isEmpty()) {
            return awaited();
        }
        String obstacle = obstacle();
        if (!obstacle.isEmpty()) {
            return obstacle;
        }
        long free = atOnce() - scene.view().locks();
        boolean workerInHand = false;
        boolean managerInHand = false;
        for (NodeSight node : scene.nodes()) {
            workerInHand |= node.lock() != null && !node.entry().isManager();
            managerInHand |= node.lock() != null && node.entry().isManager();
        }
        Optional<NodeSight> canary = canary();
        String said = "";
        for (NodeSight node : waiting) {
            boolean manager = node.entry().isManager();
            if (canary.isPresent() && !canary.get().isSame(node)) {
                said = "waits for the canary " + canary.get().name() + ", which "
                        + (scene.standing(canary.get()).text().isEmpty()
                                ? "is not there"
                                : scene.standing(canary.get()).text());
                continue;
            }
            if (free <= 0 || managerInHand || (manager && workerInHand)) {
                break;
            }
            if (!Quorum.allows(node, scene.nodes())) {
                said = node.name() + " waits: without it the managers could not decide";
                break;
            }
            scene.add(new CampaignStep.TakeLock(node.box(), atOnce(), "it is " + node.name() + "'s turn"));
            free--;
            workerInHand |= !manager;
            managerInHand |= manager;
        }
        return said;
    }

    private Comparator<NodeSight> order() {
        return Comparator.comparing((NodeSight node) ->
                        !node.box().equals(campaign.settings().canary()))
                .thenComparing(node -> node.entry().isLeader())
                .thenComparing(node -> node.entry().isManager())
                .thenComparing(NodeSight::name);
    }

    /** One, until one has shown that the version is any good. */
    private int atOnce() {
        boolean proven = scene.nodes().stream().anyMatch(node -> scene.kind(node) == Kind.DONE && node.lock() == null);
        return proven ? campaign.settings().maxUnavailable() : 1;
    }

    /** The canary as long as the others wait for it. */
    private Optional<NodeSight> canary() {
        return scene.nodes().stream()
                .filter(node -> !node.box().isEmpty()
                        && node.box().equals(campaign.settings().canary()))
                .filter(node -> !scene.standing(node).isSettled() || node.lock() != null)
                .findFirst();
    }

    /** Why nobody is taken just now, empty when nothing stands in the way. */
    private String obstacle() {
        Optional<NodeSight> missed = scene.nodes().stream()
                .filter(node -> scene.kind(node) == Kind.AWAY
                        && node.lock() == null
                        && !scene.isOver(node.since(), CampaignPlanner.AWAY))
                .findFirst();
        if (missed.isPresent()) {
            return "waits for " + missed.get().name() + " to answer";
        }
        Window window = campaign.settings().window();
        if (window != null && !scene.view().clockTrouble().isEmpty()) {
            return "waits for " + window + ", and this box does not know the time: "
                    + scene.view().clockTrouble();
        }
        if (window != null && !window.contains(wall)) {
            return "waits for " + window;
        }
        if (scene.view().locks() >= atOnce()) {
            return "";
        }
        List<ServiceState> sick = Services.sick(scene.view().services(), campaign.sick());
        boolean upgradeInHand = scene.nodes().stream().anyMatch(node -> node.isHeldBy(RebootLock.Holder.UPGRADE));
        if (sick.isEmpty()) {
            return "";
        }
        if (!upgradeInHand && scene.isOver(scene.view().sickSince(), CampaignPlanner.SERVICES)) {
            scene.halt("for " + CampaignPlanner.SERVICES.toMinutes() + " min there has run only " + Services.names(sick)
                    + "; see: rwo explain SERVICE");
        }
        return "waits for services: " + Services.names(sick);
    }

    private String awaited() {
        List<String> missing = scene.nodes().stream()
                .filter(node -> node.lock() == null && !scene.standing(node).isSettled())
                .map(node -> node.name() + " "
                        + (scene.kind(node) == Kind.STAGED
                                ? "is not well in the swarm"
                                : scene.standing(node).text()))
                .toList();
        return missing.isEmpty() ? "" : String.join(", ", missing);
    }
}
