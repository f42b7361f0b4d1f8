package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.CompareAndSwap;
import dev.rwo.agent.swarm.DrainMark;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.NodeUpgrader;
import dev.rwo.agent.upgrade.UpgradeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Upgrades a site box by box, and drains and gives back boxes that another tool restarts. Only the agent beside the swarm's
 * leader acts.
 *
 * <p>It changes the availability of nodes as the activation controller does, but never of the same: that one activates a node
 * once, when it joins; this one drains only with a {@link DrainMark}, and undoes only what has that mark.
 */
public final class CampaignController implements Controller<CampaignView, CampaignStep> {

    private static final Logger LOG = Logger.getLogger(CampaignController.class);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final Orchestrator orchestrator;
    private final Function<String, NodeUpgrader> upgraders;
    private final CampaignSight sight;
    private final Consumer<Topic> news;

    /**
     * For one box.
     *
     * @param sight shared with who answers questions
     * @param news told {@link Topic#SWARM} after a change
     */
    CampaignController(
            Orchestrator orchestrator,
            Function<String, NodeUpgrader> upgraders,
            CampaignSight sight,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.upgraders = upgraders;
        this.sight = sight;
        this.news = news;
    }

    @Override
    public Declaration declaration() {
        return new Declaration(
                "campaign",
                null,
                Set.of(Topic.SWARM, Topic.MEMBERS),
                Set.of("swarm.campaign", "swarm.node.drained"),
                SWEEP);
    }

    @Override
    public CampaignView observe() throws ObservationException {
        return sight.look(false);
    }

    @Override
    public Plan<CampaignStep> plan(CampaignView view, Instant now) {
        return CampaignPlanner.plan(view, sight.clock().instant(), now);
    }

    @Override
    public Outcome act(CampaignStep step) {
        try {
            Outcome outcome = apply(step);
            if (outcome instanceof Outcome.Applied) {
                LOG.infof("rwo: upgrade: %s", step.reason());
                news.accept(Topic.SWARM);
            }
            return outcome;
        } catch (OrchestratorException refused) {
            return refused.outcome();
        }
    }

    private Outcome apply(CampaignStep step) throws OrchestratorException {
        return switch (step) {
            case CampaignStep.StoreOn store ->
                order(store.box(), (upgrader, campaign) -> {
                    upgrader.store(campaign.bundle(), store.sources());
                    return campaign;
                });
            case CampaignStep.Stage stage ->
                order(stage.box(), (upgrader, campaign) -> {
                    upgrader.stage(
                            campaign.bundle(),
                            stage.sources(),
                            campaign.settings().allowOlder());
                    return campaign.withOrdered(stage.box());
                });
            case CampaignStep.TakeLock take -> take(take);
            case CampaignStep.Drain drain -> drain(drain);
            case CampaignStep.Boot boot -> boot(boot);
            case CampaignStep.Activate activate -> activate(activate.node());
            case CampaignStep.FreeLock free ->
                label(labels -> RebootLock.find(RebootLock.in(labels), free.box())
                        .map(lock -> lock.removedFrom(labels))
                        .orElse(new TreeMap<>(labels)));
            case CampaignStep.Discard discard -> discard(discard.box());
            case CampaignStep.Halt halt ->
                change(Campaign.State.RUNNING, campaign -> campaign.with(Campaign.State.HALTED, halt.reason()));
            case CampaignStep.Finish finish ->
                label(labels -> Campaign.in(labels)
                        .filter(campaign -> campaign.state() == Campaign.State.RUNNING
                                || campaign.state() == Campaign.State.ABORTING)
                        .map(campaign -> campaign.with(finish.as(), "").addedTo(labels))
                        .orElse(new TreeMap<>(labels)));
        };
    }

    /** What a box is told, and what the campaign is after it. */
    @FunctionalInterface
    private interface Order {
        Campaign give(NodeUpgrader upgrader, Campaign campaign) throws UpgradeException;
    }

    private Outcome order(String box, Order order) throws OrchestratorException {
        Optional<Campaign> campaign = Campaign.in(orchestrator.cluster().labels());
        if (campaign.isEmpty() || campaign.get().state() != Campaign.State.RUNNING) {
            return new Outcome.Deferred(LOOK_AGAIN, "the upgrade does not go on");
        }
        try {
            Campaign after = order.give(upgraders.apply(box), campaign.get());
            sight.obeyed(box);
            return after.equals(campaign.get())
                    ? Outcome.applied()
                    : change(Campaign.State.RUNNING, fresh -> fresh.withOrdered(box));
        } catch (UpgradeException refused) {
            // The other boxes need not wait for this one.
            LOG.infof("rwo: upgrade: %s refuses for now: %s", box, refused.getMessage());
            sight.refused(box, String.valueOf(refused.getMessage()));
            return Outcome.unchanged();
        }
    }

    private Outcome change(Campaign.State from, UnaryOperator<Campaign> edit) throws OrchestratorException {
        return label(labels -> Campaign.in(labels)
                .filter(campaign -> campaign.state() == from)
                .map(campaign -> edit.apply(campaign).addedTo(labels))
                .orElse(new TreeMap<>(labels)));
    }

    private Outcome label(Function<Map<String, String>, SortedMap<String, String>> edit) throws OrchestratorException {
        return CompareAndSwap.retried(() -> {
            Cluster cluster = orchestrator.cluster();
            SortedMap<String, String> labels = edit.apply(cluster.labels());
            if (labels.equals(cluster.labels())) {
                return Outcome.unchanged();
            }
            orchestrator.labelCluster(cluster.version(), labels);
            return Outcome.applied();
        });
    }

    private Outcome take(CampaignStep.TakeLock take) throws OrchestratorException {
        return label(labels -> {
            List<RebootLock> locks = RebootLock.in(labels);
            boolean runs = Campaign.in(labels)
                    .filter(campaign -> campaign.state() == Campaign.State.RUNNING)
                    .isPresent();
            boolean free = runs
                    && locks.size() < take.most()
                    && RebootLock.find(locks, take.box()).isEmpty();
            return free ? RebootLock.upgrade(take.box()).addedTo(labels) : new TreeMap<>(labels);
        });
    }

    private Outcome drain(CampaignStep.Drain drain) throws OrchestratorException {
        orchestrator.updateNode(drain.node(), drain.mark().addedTo(drain.node()), Availability.DRAIN);
        news.accept(Topic.WORKLOAD);
        return Outcome.applied();
    }

    private Outcome activate(ClusterNode node) throws OrchestratorException {
        Availability before = DrainMark.of(node).map(DrainMark::before).orElse(Availability.ACTIVE);
        // Whoever made it something else meanwhile wants it so.
        boolean untouched = node.availability() == Availability.DRAIN;
        orchestrator.updateNode(node, DrainMark.removedFrom(node), untouched ? before : null);
        news.accept(Topic.WORKLOAD);
        return Outcome.applied();
    }

    /** First the note, then the order: whoever leads next must know that the box may be restarting. */
    private Outcome boot(CampaignStep.Boot boot) throws OrchestratorException {
        label(labels -> RebootLock.find(RebootLock.in(labels), boot.box())
                .map(lock -> lock.withBooted().addedTo(labels))
                .orElse(new TreeMap<>(labels)));
        return order(boot.box(), (upgrader, campaign) -> {
            upgrader.boot(campaign.bundle().version());
            return campaign;
        });
    }

    private Outcome discard(String box) throws OrchestratorException {
        Optional<Bundle> bundle = Campaign.in(orchestrator.cluster().labels()).map(Campaign::bundle);
        try {
            if (bundle.isPresent()) {
                upgraders.apply(box).discard(bundle.get());
            }
            return Outcome.applied();
        } catch (UpgradeException kept) {
            // Not worth holding up the end; an operator can clear it there.
            LOG.infof("rwo: upgrade: %s keeps the bundle: %s", box, kept.getMessage());
            return Outcome.unchanged();
        }
    }
}
