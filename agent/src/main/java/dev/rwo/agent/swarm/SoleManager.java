package dev.rwo.agent.swarm;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** An engine that is to lead its swarm alone, after a person or the rules of two boxes decided so. */
public final class SoleManager {

    private static final Logger LOG = Logger.getLogger(SoleManager.class);
    /** How long {@link #await} waits: the engine opens its socket before its swarm is up; 2 s here, more on a slow disk. */
    public static final Duration SWARM_UP = Duration.ofSeconds(60);

    /** How long {@link #force} takes at most: an answer of the engine's is waited for 30 s. */
    public static final Duration FORCED = SWARM_UP.plusSeconds(30);

    private static final Duration LOOK = Duration.ofMillis(500);

    private SoleManager() {}

    /**
     * Makes the engine the only manager of its swarm, and waits until it leads.
     *
     * @param address the address that it advertises
     * @param clusterId the swarm, which the engine is a manager of; empty when it could not tell without a majority
     * @throws OrchestratorException when it does not lead after a minute, with what the engine said last
     */
    public static void force(Orchestrator orchestrator, InetAddress address, String clusterId)
            throws OrchestratorException {
        try {
            orchestrator.forceNewCluster(address);
        } catch (OrchestratorException slow) {
            // The engine gives up waiting for itself after 20 s and goes on all the same.
            LOG.infof("rwo: the engine on leading alone: %s", slow.getMessage());
        }
        await(orchestrator, clusterId);
    }

    /**
     * Waits until the engine leads the swarm.
     *
     * @throws OrchestratorException when it does not after a minute, with what it said last
     */
    public static void await(Orchestrator orchestrator, String clusterId) throws OrchestratorException {
        long deadline = System.nanoTime() + SWARM_UP.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                EngineState engine = orchestrator.engine();
                last = engine.error().isEmpty() ? engine.membership().toString() : engine.error();
                if (engine.manager()
                        && (clusterId.isEmpty() || engine.clusterId().equals(clusterId))
                        && orchestrator.nodes().stream().anyMatch(ClusterNode::isLeader)) {
                    return;
                }
            } catch (OrchestratorException starting) {
                last = String.valueOf(starting.getMessage());
            }
            pause();
        }
        throw new OrchestratorException(
                "the engine does not lead swarm " + clusterId + " after " + SWARM_UP.toSeconds() + " s: " + last);
    }

    /** The engine tells by no event that its swarm leads. */
    private static void pause() throws OrchestratorException {
        try {
            if (new CountDownLatch(1).await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("nobody counts this down");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new OrchestratorException("the agent is stopping", stop);
        }
    }
}
