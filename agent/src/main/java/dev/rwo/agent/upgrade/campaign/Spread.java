package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.NodeUpgrade;
import dev.rwo.agent.upgrade.campaign.Standing.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings the bundle to every box: one downloads it into the site, a second stores it so that one may be lost, all others
 * install it from those two.
 */
final class Spread {

    /** How many have the whole bundle. */
    private static final int STORES = 2;

    private final Scene scene;
    private final Campaign campaign;
    private final Bundle bundle;

    Spread(Scene scene, Campaign campaign) {
        this.scene = scene;
        this.campaign = campaign;
        this.bundle = campaign.bundle();
    }

    /** Does what is due; answers what is waited for, empty when every box that is there has it. */
    String plan() {
        List<NodeSight> needy = scene.nodes().stream().filter(this::needs).toList();
        if (needy.isEmpty()) {
            return "";
        }
        List<NodeSight> holders =
                able().filter(node -> upgrade(node).has(bundle)).toList();
        if (holders.isEmpty()) {
            return first();
        }
        String second = second(holders);
        return second.isEmpty() ? stage(needy, holders) : second;
    }

    private boolean needs(NodeSight node) {
        return switch (scene.kind(node)) {
            case TO_STAGE, STAGING, BUSY -> true;
            case DONE, SKIPPED, UNLABELLED, AWAY, REFUSED, FAILED, STAGED, DRAINING, RESTARTING, TRIAL -> false;
        };
    }

    /** Those that answer and have a place for a bundle: the leader first, then managers. */
    private Stream<NodeSight> able() {
        return scene.nodes().stream()
                .filter(node -> !node.box().isEmpty() && hasSlots(node.upgrade()))
                .sorted(Comparator.comparing((NodeSight node) -> !node.entry().isLeader())
                        .thenComparing(node -> !node.entry().isManager())
                        .thenComparing(node -> node.lock() != null)
                        .thenComparing(NodeSight::name));
    }

    private static boolean hasSlots(@Nullable NodeUpgrade upgrade) {
        return upgrade != null && !upgrade.slot().isEmpty();
    }

    private static NodeUpgrade upgrade(NodeSight node) {
        return Objects.requireNonNull(node.upgrade());
    }

    private boolean isStoring(NodeSight node) {
        return upgrade(node).stored().containsKey(bundle.id());
    }

    /** Nobody has it whole. */
    private String first() {
        if (campaign.source().isEmpty()) {
            return awaitHolder();
        }
        Optional<NodeSight> chosen = able().filter(this::isStoring).findFirst().or(() -> able().findFirst());
        if (chosen.isEmpty()) {
            return "no box is there that could download it";
        }
        NodeSight node = chosen.get();
        if (stoodStill(node, CampaignPlanner.STILL)) {
            scene.halt(
                    node,
                    "the download from " + campaign.source() + " does not get on"
                            + (upgrade(node).problem().isEmpty()
                                    ? ""
                                    : ": " + upgrade(node).problem()));
        }
        store(node, List.of(campaign.source()), node.name() + " downloads the bundle for all");
        return node.name() + " downloads it: " + upgrade(node).stored().getOrDefault(bundle.id(), 0) + " %";
    }

    /** The bundle was put on a box, and that one is not there. */
    private String awaitHolder() {
        Optional<NodeSight> holder = scene.nodes().stream()
                .filter(node -> node.box().equals(campaign.holder()))
                .findFirst();
        if (holder.isEmpty()) {
            scene.halt("the box that had the bundle is no node of the site any more: abort, and start anew");
            return "";
        }
        NodeSight node = holder.get();
        if (node.upgrade() != null && scene.isOver(node.since(), CampaignPlanner.AGAIN)) {
            scene.halt(node, "has the bundle no longer: abort, and start anew");
        } else if (node.upgrade() == null && scene.isOver(node.since(), CampaignPlanner.STILL)) {
            scene.halt(node, "is away, and only it has the bundle: bring it back and resume, or abort and start anew");
        }
        return "waits for " + node.name() + ", which has the bundle";
    }

    /** One has it, and another could have it, too. */
    private String second(List<NodeSight> holders) {
        if (holders.size() >= STORES) {
            return "";
        }
        List<NodeSight> others = able().filter(node -> !holders.contains(node))
                .filter(node -> node.refusal().isEmpty() && !stoodStill(node, CampaignPlanner.SECOND))
                .filter(node -> node.lock() == null)
                .toList();
        Optional<NodeSight> chosen = others.stream()
                .filter(this::isStoring)
                .findFirst()
                .or(() -> others.stream().findFirst());
        if (chosen.isEmpty()) {
            return "";
        }
        NodeSight node = chosen.get();
        store(node, urls(holders, node), node.name() + " keeps the bundle, too, lest it be lost with one box");
        return node.name() + " stores it, too: " + upgrade(node).stored().getOrDefault(bundle.id(), 0) + " %";
    }

    private void store(NodeSight node, List<String> sources, String why) {
        Instant asked = node.asked();
        if (!isStoring(node) || asked == null || stoodStill(node, CampaignPlanner.AGAIN)) {
            scene.add(new CampaignStep.StoreOn(node.box(), sources, why));
        }
    }

    /** Whether it was asked and there has been no sign of progress since. */
    private boolean stoodStill(NodeSight node, Duration length) {
        Instant asked = node.asked();
        return asked != null && scene.isOver(asked, length) && scene.isOver(node.since(), length);
    }

    private String stage(List<NodeSight> needy, List<NodeSight> holders) {
        long staging =
                needy.stream().filter(node -> scene.kind(node) == Kind.STAGING).count();
        List<String> said = new ArrayList<>();
        for (NodeSight node : needy) {
            switch (scene.kind(node)) {
                case TO_STAGE -> {
                    if (staging < CampaignPlanner.STAGED_AT_ONCE) {
                        staging++;
                        scene.add(new CampaignStep.Stage(
                                node.box(),
                                urls(holders, node),
                                node.name() + " installs " + campaign.version() + " into its other slot"));
                    }
                    said.add(node.name() + " waits");
                }
                case STAGING -> {
                    if (scene.isOver(node.since(), CampaignPlanner.STILL)) {
                        scene.halt(
                                node,
                                "has stood still at " + upgrade(node).percent() + " % of installing for "
                                        + CampaignPlanner.STILL.toMinutes() + " min");
                    }
                    said.add(node.name() + " " + scene.standing(node).text());
                }
                case BUSY -> said.add(node.name() + " " + scene.standing(node).text());
                case DONE, SKIPPED, UNLABELLED, AWAY, REFUSED, FAILED, STAGED, DRAINING, RESTARTING, TRIAL -> {
                    // Needs nothing.
                }
            }
        }
        return String.join(", ", said);
    }

    /** Where a box gets it: each begins with another holder, so that they share the work. */
    private List<String> urls(List<NodeSight> holders, NodeSight reader) {
        List<String> urls = new ArrayList<>();
        holders.stream()
                .filter(holder -> !holder.isSame(reader) && !holder.api().isEmpty())
                .forEach(holder -> urls.add("https://" + holder.api() + "/api/v1/peer/upgrade/bundle/" + bundle.id()));
        if (!urls.isEmpty()) {
            Collections.rotate(urls, scene.nodes().indexOf(reader) % urls.size());
        }
        return urls;
    }
}
