package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.control.Topic;
import dev.rwo.agent.host.DefaultGateway;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.NodeEntries;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnNode;
import dev.rwo.agent.swarm.SoleManager;
import dev.rwo.agent.swarm.formation.EpochRule;
import dev.rwo.agent.swarm.formation.SwarmLabels;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Brings a site back whose swarm lost its majority for good, when a person says so. */
public final class Recovery {

    private static final Logger LOG = Logger.getLogger(Recovery.class);

    private final Orchestrator orchestrator;
    private final Neighbours neighbours;
    private final String site;
    private final Supplier<Optional<InetAddress>> advertised;
    private final Supplier<String> overlayPool;
    private final DefaultGateway gateway;
    private final Consumer<Topic> news;
    private final ReentrantLock once = new ReentrantLock();

    /**
     * For one box.
     *
     * @param site the site's name, empty when the box has none
     * @param advertised the address that other nodes use, empty while there is none
     * @param overlayPool where overlay networks of a new swarm get their addresses
     * @param gateway asked whether this box is cut off
     * @param news told {@link Topic#SWARM} after a change
     */
    public Recovery(
            Orchestrator orchestrator,
            Neighbours neighbours,
            String site,
            Supplier<Optional<InetAddress>> advertised,
            Supplier<String> overlayPool,
            DefaultGateway gateway,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.neighbours = neighbours;
        this.site = site;
        this.advertised = advertised;
        this.overlayPool = overlayPool;
        this.gateway = gateway;
        this.news = news;
    }

    /** Looks, and changes nothing. */
    public Survivor.Judgement judge() throws OrchestratorException {
        EngineState engine = orchestrator.engine();
        boolean quorum = engine.manager() && hasQuorum();
        return new Survivor(site, engine, quorum, neighbours.members(), gateway.echo()).judge();
    }

    private boolean hasQuorum() throws OrchestratorException {
        try {
            return orchestrator.nodes().stream().anyMatch(ClusterNode::isLeader);
        } catch (OrchestratorException refused) {
            if (OwnNode.isQuorumLost(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * What a person asked for.
     *
     * @param confirm the site's name, which the person typed
     * @param insisted what the person knows better than this box
     * @param fromNothing whether a new swarm is to be founded on a worker
     */
    public record Request(String confirm, Set<Survivor.Insistence> insisted, boolean fromNothing) {

        /** Copies the set. */
        public Request {
            insisted = Set.copyOf(insisted);
        }
    }

    /**
     * Does it.
     *
     * @return what was done, one line
     * @throws IllegalArgumentException when it must not be done, with why and what instead
     */
    public String recover(Request request) throws OrchestratorException {
        if (!once.tryLock()) {
            throw new IllegalArgumentException("a recovery is under way on this box");
        }
        try {
            Survivor.Judgement judgement = judge();
            if (!judgement.isAllowed(request.insisted())) {
                throw new IllegalArgumentException(judgement.refusal());
            }
            if (!request.confirm().equals(site)) {
                throw new IllegalArgumentException("to confirm, give the name of the site: --confirm " + site);
            }
            if (judgement.kind() == Survivor.Kind.NOTHING && !request.fromNothing()) {
                throw new IllegalArgumentException("this box is a worker and has nothing of the swarm's state; to begin"
                        + " anew with the stacks of the seed: --from-nothing");
            }
            if (judgement.kind() == Survivor.Kind.STATE && request.fromNothing()) {
                throw new IllegalArgumentException("this box has the swarm's whole state: leave out --from-nothing");
            }
            LOG.warnf("rwo: recover: asked for by an operator; lost for good: %s", judgement.lost());
            String done = judgement.kind() == Survivor.Kind.STATE ? fromState() : fromNothing();
            LOG.infof("rwo: recover: %s", done);
            return done;
        } catch (OrchestratorException failed) {
            LOG.errorf("rwo: recover: %s", failed.getMessage());
            throw failed;
        } finally {
            once.unlock();
            news.accept(Topic.SWARM);
            news.accept(Topic.WORKLOAD);
        }
    }

    private String fromState() throws OrchestratorException {
        EngineState engine = orchestrator.engine();
        InetAddress address = engine.advertised().isEmpty() ? here() : InetAddress.ofLiteral(engine.advertised());
        SoleManager.force(orchestrator, address, engine.clusterId());
        long epoch = raiseEpoch(EpochRule.known(neighbours.members()));
        String own = orchestrator.engine().nodeId();
        NodeEntries entries = new NodeEntries(orchestrator);
        int demoted = 0;
        for (ClusterNode node : orchestrator.nodes()) {
            if (node.isManager() && !node.id().equals(own) && node.manager() == null) {
                entries.demote(node);
                demoted++;
            }
        }
        return "this box leads the swarm alone, epoch " + epoch + "; " + demoted
                + " lost managers are managers no more; see rwo nodes";
    }

    private String fromNothing() throws OrchestratorException {
        InetAddress address = here();
        long epoch = EpochRule.known(neighbours.members());
        orchestrator.leaveCluster();
        orchestrator.createCluster(address, overlayPool.get());
        return "this box founded a new swarm, epoch " + raiseEpoch(epoch)
                + "; its labels and the stacks of its seed follow by themselves, see rwo status";
    }

    private InetAddress here() throws OrchestratorException {
        return advertised
                .get()
                .orElseThrow(() -> new OrchestratorException("this box has no network address; see rwo status"));
    }

    private long raiseEpoch(long known) throws OrchestratorException {
        Cluster cluster = orchestrator.cluster();
        long epoch = Math.max(known, SwarmLabels.epoch(cluster)) + 1;
        SortedMap<String, String> labels = new TreeMap<>(cluster.labels());
        labels.put(SwarmLabels.EPOCH, Long.toString(epoch));
        labels.put(SwarmLabels.USED, "true");
        orchestrator.labelCluster(cluster.version(), labels);
        return epoch;
    }
}
