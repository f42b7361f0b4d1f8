package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.SteadyClock;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.upgrade.BundleIntake;
import dev.rwo.agent.upgrade.NodeUpgrader;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Rolling upgrades of the site, put together for one box: what acts, and what takes orders. */
public final class Campaigns {

    private final CampaignController controller;
    private final CampaignDesk desk;

    /**
     * What is given.
     *
     * @param upgraders the upgrader of each box, by node ID; this one's for its own
     * @param intake where a bundle comes into the site
     * @param clockTrouble why this box's clock tells no time of day; empty when it does
     * @param clock the wall's
     * @param news told what changed
     */
    public record Parts(
            Orchestrator orchestrator,
            Neighbours neighbours,
            Function<String, NodeUpgrader> upgraders,
            BundleIntake intake,
            Supplier<Optional<String>> clockTrouble,
            Clock clock,
            Consumer<Topic> news) {}

    /** Puts them together; nothing runs yet. */
    public Campaigns(Parts parts) {
        CampaignSight sight = new CampaignSight(
                parts.orchestrator(),
                parts.neighbours(),
                parts.upgraders(),
                parts.clockTrouble(),
                new SteadyClock(parts.clock()));
        controller = new CampaignController(parts.orchestrator(), parts.upgraders(), sight, parts.news());
        desk = new CampaignDesk(
                parts.orchestrator(), parts.neighbours(), sight, parts.intake(), parts.clock(), parts.news());
    }

    /** What acts. */
    public Controller<?, ?> controller() {
        return controller;
    }

    /** What takes orders. */
    public CampaignDesk desk() {
        return desk;
    }
}
