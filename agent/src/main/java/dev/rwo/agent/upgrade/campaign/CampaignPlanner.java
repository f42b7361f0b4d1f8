package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.swarm.DrainMark;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.NodeUpgrade;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides which box is upgraded when. It remembers nothing: whoever leads reads from the swarm and the boxes how far it is.
 * The parts: {@link Spread} brings the bundle to all, {@link Turn} says who is next, {@link InHand} what is done with whom it
 * took.
 *
 * <p>Pure: no clock, no engine, so that tables and properties can drive it.
 */
public final class CampaignPlanner {

    /** After so long without an answer a box is away, and the others do not wait for it: longer than an agent restarts. */
    static final Duration AWAY = Duration.ofMinutes(2);

    /** How long a node may take to give its tasks away: stopping one takes 10 s by default, loading an image minutes. */
    static final Duration DRAIN = Duration.ofMinutes(10);

    /** How long services may take to be whole again before the next box is taken. */
    static final Duration SERVICES = Duration.ofMinutes(10);

    /** How long Swarm may look for a place for a task before it counts as one that has none. */
    static final Duration PLACING = Duration.ofSeconds(30);

    /** How long a slow box may take from the order to restart until it is well again. */
    static final Duration RETURN = Duration.ofMinutes(30);

    /** How long a download or an installation may stand still. */
    static final Duration STILL = Duration.ofMinutes(30);

    /** How long the second store may stand still before another is asked, or nobody waits for it. */
    static final Duration SECOND = Duration.ofMinutes(10);

    /** An order that is refused for so long has failed; before, the box may be busy with something else. */
    static final Duration REFUSED = Duration.ofMinutes(2);

    /** How soon what shows no progress is asked for again. */
    static final Duration AGAIN = Duration.ofMinutes(1);

    /** How many install at once: they read from one or two neighbours' disks. */
    static final int STAGED_AT_ONCE = 4;

    private static final Duration SOON = Duration.ofSeconds(5);

    private CampaignPlanner() {}

    /**
     * The steps that are due.
     *
     * @param now by the clock of the view's moments
     * @param wall the time of day, which only the window asks for
     */
    public static Plan<CampaignStep> plan(CampaignView view, Instant now, Instant wall) {
        if (!view.leads()) {
            return Plan.nothing(Verdict.done("the agent beside the swarm's leader decides"));
        }
        Scene scene = new Scene(view, now);
        view.orphans()
                .forEach(lock -> scene.add(
                        new CampaignStep.FreeLock(lock.box(), lock.box() + " is no node of the site any more")));
        view.nodes().forEach(node -> ofOtherTools(scene, node));
        Campaign campaign = view.campaign();
        Verdict verdict = campaign == null ? idle(scene) : of(campaign, scene, wall);
        Plan<CampaignStep> plan = new Plan<>(scene.steps(), verdict);
        return isInMotion(view) ? plan.lookingAgainIn(SOON) : plan;
    }

    private static Verdict idle(Scene scene) {
        scene.giveAllBack();
        return Verdict.done("no upgrade");
    }

    private static Verdict of(Campaign campaign, Scene scene, Instant wall) {
        return switch (campaign.state()) {
            case RUNNING -> running(campaign, scene, wall);
            case HALTED -> {
                scene.giveAllBack();
                yield Verdict.degraded(
                        campaign.reason(), "mend it, then: rwo upgrade resume; to give up: rwo upgrade abort");
            }
            case ABORTING -> {
                scene.giveAllBack();
                yield finish(
                        campaign,
                        scene,
                        Campaign.State.ABORTED,
                        "the upgrade to " + campaign.version() + " is given up");
            }
            case ABORTED -> {
                scene.giveAllBack();
                yield Verdict.done("the upgrade to " + campaign.version() + " was given up");
            }
            case DONE -> {
                scene.giveAllBack();
                yield Verdict.done("the upgrade to " + campaign.version() + " is done");
            }
        };
    }

    private static Verdict running(Campaign campaign, Scene scene, Instant wall) {
        int before = scene.steps().size();
        scene.nodes().forEach(node -> failure(scene, node, campaign));
        InHand hand = new InHand(scene, campaign);
        List<String> inHand = scene.nodes().stream()
                .map(hand::further)
                .filter(said -> !said.isEmpty())
                .toList();
        String spread = new Spread(scene, campaign).plan();
        String turn = spread.isEmpty() ? new Turn(scene, campaign, wall).plan() : "";
        scene.nodes().stream()
                .filter(node -> node.lock() == null && node.isDrainedByUs() && scene.maySettle(node))
                .forEach(node -> scene.giveBack(node, node.name() + " is drained for nobody"));
        String halt = scene.halt();
        if (halt != null) {
            // Nothing else is begun: what is in hand is given back when the label says so.
            scene.steps().subList(before, scene.steps().size()).clear();
            scene.add(new CampaignStep.Halt(halt));
            return Verdict.degraded("halted: " + halt, "mend it, then: rwo upgrade resume");
        }
        boolean settled = scene.nodes().stream()
                .allMatch(node -> scene.standing(node).isSettled() && !node.isHeldBy(RebootLock.Holder.UPGRADE));
        if (settled) {
            return finish(campaign, scene, Campaign.State.DONE, "every node runs " + campaign.version());
        }
        String doing = String.join(
                "; ",
                Stream.concat(inHand.stream(), Stream.of(spread, turn).filter(said -> !said.isEmpty()))
                        .toList());
        return Verdict.degraded("upgrading to " + campaign.version() + (doing.isEmpty() ? "" : ": " + doing), "");
    }

    private static void failure(Scene scene, NodeSight node, Campaign campaign) {
        switch (scene.kind(node)) {
            case REFUSED -> scene.halt(node, scene.standing(node).text());
            case FAILED ->
                scene.halt(
                        node,
                        campaign.version() + " failed: " + scene.standing(node).text());
            case DONE, SKIPPED, UNLABELLED, AWAY, BUSY, TO_STAGE, STAGING, STAGED, DRAINING, RESTARTING, TRIAL -> {
                boolean counts = node.upgrade() != null && !scene.standing(node).isSettled();
                if (counts && !node.refusal().isEmpty() && scene.isOver(node.refusedSince(), REFUSED)) {
                    scene.halt(node, node.refusal());
                }
            }
        }
    }

    /** Ends the campaign, once nobody is in hand for it. */
    private static Verdict finish(Campaign campaign, Scene scene, Campaign.State as, String why) {
        List<NodeSight> held = scene.nodes().stream()
                .filter(node -> node.isHeldBy(RebootLock.Holder.UPGRADE))
                .toList();
        if (!held.isEmpty()) {
            return Verdict.degraded(
                    "waits for "
                            + String.join(
                                    ", ", held.stream().map(NodeSight::name).toList()),
                    "if it is lost for good: rwo upgrade unlock NODE");
        }
        for (NodeSight node : scene.nodes()) {
            NodeUpgrade upgrade = node.upgrade();
            if (upgrade != null
                    && upgrade.stored().containsKey(campaign.bundle().id())) {
                scene.add(new CampaignStep.Discard(node.box(), node.name() + " needs to keep the bundle no longer"));
            }
        }
        scene.add(new CampaignStep.Finish(as, why));
        return Verdict.done(why);
    }

    /** A tool that asked for a restart of its box: drained before, given back after. */
    private static void ofOtherTools(Scene scene, NodeSight node) {
        RebootLock lock = node.lock();
        if (lock == null || lock.holder() != RebootLock.Holder.FLEETLOCK) {
            return;
        }
        if (lock.released()) {
            if (node.isHealthy()) {
                scene.giveBack(node, node.name() + " has restarted and is well");
            }
        } else if (scene.canDrain(node) && !node.isDrained()) {
            scene.add(new CampaignStep.Drain(
                    node.entry(), DrainMark.restart(node.entry()), node.name() + " is to restart"));
        }
    }

    private static boolean isInMotion(CampaignView view) {
        Campaign campaign = view.campaign();
        boolean works = campaign != null
                && (campaign.state() == Campaign.State.RUNNING || campaign.state() == Campaign.State.ABORTING);
        return works || view.locks() > 0 || view.nodes().stream().anyMatch(NodeSight::isDrainedByUs);
    }
}
