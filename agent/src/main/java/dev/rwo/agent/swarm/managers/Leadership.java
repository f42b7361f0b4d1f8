package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.SteadyClock;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.swarm.ActivationController;
import dev.rwo.agent.swarm.BoxLabels;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.LabelController;
import dev.rwo.agent.swarm.LabelCourier;
import dev.rwo.agent.swarm.LookAlikes;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.NodeJson;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import dev.rwo.firstboot.config.ClusterConfig;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** All that the leader's agent does for the other boxes, put together, and what the others ask it. */
public final class Leadership {

    private final Orchestrator orchestrator;
    private final Neighbours neighbours;
    private final LabelCourier courier;
    private final Supplier<Optional<NodeFacts>> facts;
    private final Consumer<Set<String>> release;
    private final List<Controller<?, ?>> controllers;

    /**
     * For one box; nothing runs yet.
     *
     * @param facts what the hardware says, empty until the first profile
     * @param release told which retired labels of this box are gone from the swarm
     * @param provisional whether the swarm does not count yet and may be given up
     */
    public Leadership(
            Orchestrator orchestrator,
            Neighbours neighbours,
            ClusterConfig config,
            Supplier<Optional<NodeFacts>> facts,
            Consumer<Set<String>> release,
            BooleanSupplier provisional,
            Clock clock,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.neighbours = neighbours;
        this.courier = new LabelCourier(neighbours, clock, news);
        this.facts = facts;
        this.release = release;
        Clock steady = new SteadyClock(clock);
        this.controllers = List.of(
                new LabelController(orchestrator, neighbours, courier, new LookAlikes(steady), facts, release, news),
                new ActivationController(orchestrator, neighbours, facts, provisional, news),
                new ManagerController(orchestrator, neighbours.membership(), config, steady, news));
    }

    /** Labels, activation, managers. */
    public List<Controller<?, ?>> controllers() {
        return controllers;
    }

    /** The other boxes. */
    public Neighbours neighbours() {
        return neighbours;
    }

    /** What this box's hardware says of its labels, for the leader; empty until the first profile. */
    public Optional<BoxLabels> labels() {
        return facts.get().map(BoxLabels::of);
    }

    /** The leader says that labels which this box's rules once set are gone. */
    public void released(Set<String> keys) {
        release.accept(keys);
    }

    /** Another box says that its labels changed. */
    public void changed(String swarmNode) {
        courier.changed(swarmNode);
    }

    /** A node by its ID in the swarm; only on a manager. */
    public ClusterNode node(String swarmNode) throws OrchestratorException {
        return orchestrator.node(swarmNode);
    }

    /** This box's node, from here or from a manager; empty when nobody can tell just now. */
    public Optional<ClusterNode> own() throws OrchestratorException {
        EngineState engine = orchestrator.engine();
        if (engine.manager()) {
            return Optional.of(orchestrator.node(engine.nodeId()));
        }
        if (engine.nodeId().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(NodeJson.read(neighbours.askManager("/api/v1/peer/node?swarmNode=" + engine.nodeId())));
        } catch (PeerException | IllegalArgumentException silent) {
            return Optional.empty();
        }
    }

    /** Every node of the site, as far as this box can tell. */
    public SiteReport report() {
        try {
            EngineState engine = orchestrator.engine();
            if (!engine.manager()) {
                return without("this box is no manager");
            }
            return new SiteReport(neighbours.members(), engine.clusterId(), orchestrator.nodes(), "");
        } catch (OrchestratorException unanswered) {
            return without(
                    OwnNode.isQuorumLost(unanswered)
                            ? "the swarm has lost its majority: bring the managers back; if they are lost for good: rwo"
                                    + " recover"
                            : String.valueOf(unanswered.getMessage()));
        }
    }

    /** What gossip alone knows. */
    public SiteReport without(String problem) {
        return new SiteReport(
                neighbours.members(), neighbours.members().self().digest().swarmId(), List.of(), problem);
    }
}
