package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.NodeEntries;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.SoleManager;
import dev.rwo.agent.swarm.formation.SwarmLabels;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * Makes the keeper of the standby: puts the replica in the place of its own swarm and makes a swarm of that manager
 * alone. Every step may be repeated, so that a takeover cut off by a power failure is finished after it.
 *
 * <p>The restored engine has the lost box's node ID in the swarm: that identity is in the replica, and Raft knows no
 * other manager. So the lost box must never run it again: it sees the higher epoch, forgets its swarm and joins anew.
 */
final class Takeover {

    /** How often this swarm was taken over by force; read by formation, recovery and the managers. */
    static final String EPOCH = SwarmLabels.EPOCH;

    private static final Logger LOG = Logger.getLogger(Takeover.class);

    /** Removing a few dozen stopped containers takes seconds, on a slow disk more. */
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Orchestrator orchestrator;
    private final EngineGate gate;
    private final SwarmDirectory directory;
    private final ReplicaStore store;
    private final HostCommands commands;

    Takeover(
            Orchestrator orchestrator,
            EngineGate gate,
            SwarmDirectory directory,
            ReplicaStore store,
            HostCommands commands) {
        this.orchestrator = orchestrator;
        this.gate = gate;
        this.directory = directory;
        this.store = store;
        this.commands = commands;
    }

    /** What stands in the way, in one line for the operator. */
    static final class TakeoverException extends Exception {

        private static final long serialVersionUID = 1L;

        TakeoverException(String message, Throwable cause) {
            super(message, cause);
        }

        TakeoverException(String message) {
            super(message);
        }
    }

    /**
     * Does it.
     *
     * @param swarmId the swarm whose replica must be there
     * @param epoch the new epoch
     * @param address this box's own
     * @param now when the lost box's labels are noted down for its return
     */
    void run(String swarmId, long epoch, InetAddress address, Instant now) throws TakeoverException {
        try {
            if (!isRestored(swarmId)) {
                ReplicaInfo replica = store.kept();
                if (!replica.swarmId().equals(swarmId)) {
                    throw new TakeoverException("there is no replica of swarm " + swarmId + " on this box");
                }
                java.nio.file.Path archive = store.checked(replica);
                gate.stop();
                directory.replace(archive, address.getHostAddress());
            }
            gate.start();
            SoleManager.await(orchestrator, swarmId);
            if (!cluster().labels().getOrDefault(EPOCH, "0").equals(String.valueOf(epoch))) {
                SoleManager.force(orchestrator, address, swarmId);
                Cluster cluster = cluster();
                SortedMap<String, String> labels = new TreeMap<>(cluster.labels());
                labels.put(EPOCH, String.valueOf(epoch));
                orchestrator.labelCluster(cluster.version(), labels);
            }
            tidy(now);
            directory.forgetOld();
        } catch (ReplicaException | HostCommandException | OrchestratorException failed) {
            throw new TakeoverException("taking over failed: " + failed.getMessage(), failed);
        }
        LOG.infof("rwo: took over swarm %s, epoch %d", swarmId, epoch);
    }

    /** After a break: whether the engine already runs on the replica. */
    private boolean isRestored(String swarmId) {
        try {
            EngineState engine = orchestrator.engine();
            return engine.manager() && engine.clusterId().equals(swarmId);
        } catch (OrchestratorException stopped) {
            return false;
        }
    }

    private Cluster cluster() throws OrchestratorException {
        return orchestrator.cluster();
    }

    /**
     * Our former entry, a worker that will never come back, goes; its labels and availability, which are this box's,
     * come over to the entry that is ours now.
     */
    private void tidy(Instant now) throws OrchestratorException {
        String own = orchestrator.engine().nodeId();
        ClusterNode self = orchestrator.node(own);
        for (ClusterNode other : orchestrator.nodes()) {
            if (other.id().equals(own) || other.isManager()) {
                continue;
            }
            // What an operator had set on the lost box waits for it, as for every box whose entry goes.
            new NodeEntries(orchestrator).keep(self, now);
            orchestrator.updateNode(self, other.labels(), other.availability());
            orchestrator.removeNode(other.id());
            sweepContainers(other.id());
            self = orchestrator.node(own);
        }
    }

    /** Containers of our former identity: they ended with the engine, and no swarm would ever remove them. */
    private void sweepContainers(String former) {
        try {
            commands.run(
                    SWEEP,
                    "docker",
                    "container",
                    "prune",
                    "--force",
                    "--filter",
                    "label=com.docker.swarm.node.id=" + former);
        } catch (HostCommandException left) {
            LOG.warnf("rwo: containers from before the takeover are left: %s", left.getMessage());
        }
    }
}
