package dev.rwo.agent.upgrade.campaign;

import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.DrainMark;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.NodeUpgrade;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of the swarm with all that decides about its upgrade. Moments are by a clock that never jumps, and of the agent
 * that looks: one that has just begun to lead begins to wait anew.
 *
 * @param entry the swarm's entry
 * @param api where its API listens, {@code ip:port}; empty when gossip does not see it
 * @param leaderless whether the box says that it manages the swarm and finds no leader
 * @param upgrade how the box stands; null when it does not say
 * @param silence why it does not say, one line; empty when it does
 * @param since since when it has stood so, or been silent
 * @param refusal why it refused the last order; empty when it did not
 * @param refusedSince since when it has refused
 * @param asked since when it has been asked to do something, without any sign that it does; null when it is not asked
 * @param movable services that should run elsewhere while it restarts, and still have tasks on it
 * @param lock its right to be unavailable; null when it has none
 * @param lockSince since when that has been as it is
 */
public record NodeSight(
        ClusterNode entry,
        String api,
        boolean leaderless,
        @Nullable NodeUpgrade upgrade,
        String silence,
        Instant since,
        String refusal,
        Instant refusedSince,
        @Nullable Instant asked,
        Set<String> movable,
        @Nullable RebootLock lock,
        Instant lockSince) {

    /** Copies the set. */
    public NodeSight {
        movable = Set.copyOf(movable);
    }

    /** Which box it is; empty when it was never labelled. */
    public String box() {
        return entry.labels().getOrDefault(OwnedLabels.NODE_ID, "");
    }

    /** Whether another look is of the same node. */
    boolean isSame(NodeSight other) {
        return entry.id().equals(other.entry.id());
    }

    /** For people. */
    public String name() {
        return entry.hostname().isEmpty() ? entry.id() : entry.hostname();
    }

    /** Whether Raft counts it. */
    boolean isVoter() {
        return entry.manager() != null;
    }

    /** Whether Raft counts it, reaches it and gets its answers. */
    boolean isVoting() {
        ClusterNode.ManagerStatus raft = entry.manager();
        return raft != null && raft.reachable() && !leaderless;
    }

    /** Whether the swarm hears from it, and it votes if it is a manager. */
    boolean isHealthy() {
        return entry.isReady() && (!entry.isManager() || isVoting());
    }

    boolean isDrained() {
        return entry.availability() == Availability.DRAIN;
    }

    /** Whether others' tasks can come here. */
    boolean takesTasks() {
        return entry.availability() == Availability.ACTIVE && entry.isReady();
    }

    boolean isDrainedByUs() {
        return DrainMark.of(entry).isPresent();
    }

    boolean isHeldBy(RebootLock.Holder holder) {
        return lock != null && lock.holder() == holder;
    }
}
