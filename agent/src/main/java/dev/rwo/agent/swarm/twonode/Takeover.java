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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Makes the keeper of the standby: puts the replica in the place of its own swarm and makes a swarm of that manager
 * alone. Every step may be repeated, so that a takeover cut off by a power failure is finished after it. Until others may
 * have heard of the new epoch it can be given up: when a step fails, or when the lost box is back. Afterwards only when
 * the engine was stopped over it and the lost box runs.
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

    /** Unpacking and syncing at most 256 MiB, on a disk that writes 5 MB in a second. */
    private static final Duration COPYING = Duration.ofMinutes(1);

    /** A dozen calls that take milliseconds, or one of them the 30 s after which it fails. */
    private static final Duration CALLS = Duration.ofMinutes(1);

    private final Orchestrator orchestrator;
    private final EngineGate gate;
    private final SwarmDirectory directory;
    private final ReplicaStore store;
    private final HostCommands commands;
    private final PairLink link;
    private final Supplier<Duration> uptime;

    Takeover(
            Orchestrator orchestrator,
            EngineGate gate,
            SwarmDirectory directory,
            ReplicaStore store,
            HostCommands commands,
            PairLink link,
            Supplier<Duration> uptime) {
        this.orchestrator = orchestrator;
        this.gate = gate;
        this.directory = directory;
        this.store = store;
        this.commands = commands;
        this.link = link;
        this.uptime = uptime;
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

    /** How long {@link #run} takes at most: for so long nothing else must stop the engine. */
    Duration longest() {
        return gate.stopping()
                .plus(COPYING)
                .plus(EngineGate.START)
                .plus(SoleManager.SWARM_UP)
                .plus(SoleManager.FORCED)
                .plus(CALLS)
                .plus(SWEEP);
    }

    /**
     * Finds the replica, before anything is begun that it is needed for.
     *
     * @throws ReplicaException when there is none of this swarm, or it is damaged; then it is deleted, so that the next
     *     one is fetched whole
     */
    Path check(String swarmId) throws ReplicaException {
        ReplicaInfo replica = store.kept();
        if (!replica.swarmId().equals(swarmId)) {
            throw new ReplicaException("there is no replica of swarm " + swarmId + " on this box");
        }
        try {
            return store.checked(replica);
        } catch (ReplicaException damaged) {
            store.forget();
            throw damaged;
        }
    }

    /**
     * Does it, or goes on with it.
     *
     * @param swarmId the swarm whose replica must be there
     * @param epoch the new epoch
     * @param address this box's own
     * @param mode in which the other would fence itself; empty for none
     */
    void run(String swarmId, long epoch, InetAddress address, String mode) throws TakeoverException {
        try {
            if (gate.armed()) {
                gate.extend(uptime.get().plus(longest()));
            }
            if (!isRestored(swarmId)) {
                start(swarmId, address, mode);
            }
            SoleManager.await(orchestrator, swarmId);
            if (!cluster().labels().getOrDefault(EPOCH, "0").equals(String.valueOf(epoch))) {
                advance(Taking.PLACED);
                SoleManager.force(orchestrator, address, swarmId);
                Cluster cluster = cluster();
                SortedMap<String, String> labels = new TreeMap<>(cluster.labels());
                labels.put(EPOCH, String.valueOf(epoch));
                advance(Taking.RAISED);
                orchestrator.labelCluster(cluster.version(), labels);
            }
            tidy();
            directory.forgetOld();
        } catch (ReplicaException
                | HostCommandException
                | OrchestratorException
                | IOException
                | UncheckedIOException failed) {
            throw new TakeoverException("taking over failed: " + failed.getMessage(), failed);
        }
        LOG.infof("rwo: took over swarm %s, epoch %d", swarmId, epoch);
    }

    /** What is in place after the epoch was raised is newer than the replica. */
    private void start(String swarmId, InetAddress address, String mode)
            throws TakeoverException, ReplicaException, HostCommandException, IOException {
        if (link.memory().taking() == Taking.RAISED) {
            if (link.isPeerUnguarded(mode)) {
                // With the permit that a takeover gets others would start it.
                gate.close();
                throw new TakeoverException(link.memory().peerName() + " runs as the keeper");
            }
            gate.arm(uptime.get().plus(longest()));
        } else {
            place(check(swarmId), address);
        }
        gate.start();
    }

    /**
     * From here on the engine starts with the lost box's identity: also after a power failure it must not without the
     * agent, which listens first.
     */
    private void place(Path archive, InetAddress address)
            throws TakeoverException, ReplicaException, HostCommandException, IOException {
        advance(Taking.BEGUN);
        gate.stop();
        if (link.memory().taking() == Taking.BEGUN) {
            // Left by an earlier takeover: it must not be mistaken for this box's own swarm.
            directory.forgetOld();
        }
        gate.arm(uptime.get().plus(longest()));
        advance(Taking.PLACED);
        directory.replace(archive, address.getHostAddress());
        advance(Taking.PLACED);
    }

    private void advance(Taking stage) throws TakeoverException {
        if (!link.advance(stage)) {
            throw new TakeoverException(link.memory().peerName() + " is back as the keeper");
        }
    }

    /**
     * Makes this box again what it was before. In this order: the other gets proof that it may run only when the engine
     * has left its identity here.
     *
     * @param guarded whether the engine runs only on proof in this mode
     */
    void giveUp(boolean guarded) throws ReplicaException, HostCommandException, IOException {
        if (link.memory().taking() == Taking.RAISED) {
            if (!directory.isReplaced()) {
                forget();
                return;
            }
            // Cut off from here on it is begun again with the replica: what was raised goes.
            link.remember(link.memory().withTaking(Taking.PLACED));
        }
        if (link.memory().taking() == Taking.PLACED) {
            gate.stop();
            directory.restore();
        }
        link.giveUp();
        if (guarded) {
            // Up to this moment the other could not have the proof that it needs.
            gate.extend(uptime.get());
        } else {
            gate.disarm();
        }
        gate.start();
    }

    /** Its own swarm was deleted already, as the last step of all: it joins anew. */
    private void forget() throws ReplicaException, HostCommandException, IOException {
        gate.stop();
        directory.delete();
        link.dropped();
        gate.disarm();
        gate.start();
    }

    /** After a break: whether the engine already runs on the replica. */
    boolean isRestored(String swarmId) {
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
    private void tidy() throws OrchestratorException {
        String own = orchestrator.engine().nodeId();
        ClusterNode self = orchestrator.node(own);
        for (ClusterNode other : orchestrator.nodes()) {
            if (other.id().equals(own) || other.isManager()) {
                continue;
            }
            // What an operator had set on the lost box waits for it, as for every box whose entry goes.
            new NodeEntries(orchestrator).keep(self);
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
