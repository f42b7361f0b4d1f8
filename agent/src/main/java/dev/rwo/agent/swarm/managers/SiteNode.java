package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.OwnedLabels;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the swarm with all that decides about it.
 *
 * @param node the entry
 * @param leaderless whether the box says that its engine manages the swarm and finds no leader
 * @param up whether Swarm hears from it, and it takes part in Raft when it is a manager
 * @param since when {@code up} became what it is, as this agent saw it
 * @param present whether gossip sees the box
 * @param goneSince when gossip lost the box; null while it is present, and when gossip does not remember
 * @param restarting whether it has the site's leave to be unavailable ({@link dev.rwo.agent.swarm.RebootLock})
 * @param witness whether the box only holds the tie-break
 * @param passedOverUntil until when it is not promoted, because it did not become reachable; null for no reason
 */
public record SiteNode(
        ClusterNode node,
        boolean leaderless,
        boolean up,
        Instant since,
        boolean present,
        @Nullable Instant goneSince,
        boolean restarting,
        boolean witness,
        @Nullable Instant passedOverUntil) {

    /** A node label of the operator; {@value #NEVER} keeps the node from being promoted. */
    public static final String OVERRIDE = "site.manager";

    /** The only value of {@link #OVERRIDE} that means something. */
    public static final String NEVER = "never";

    private static final String RANK = "edge.cpu.rank";
    private static final String GUEST = "edge.virt.guest";

    /** Whether Swarm hears from a node, and it takes part in Raft when it is a manager. */
    public static boolean isUp(ClusterNode node, boolean leaderless) {
        ClusterNode.ManagerStatus raft = node.manager();
        return node.isReady() && !leaderless && (!node.isManager() || (raft != null && raft.reachable()));
    }

    String id() {
        return node.id();
    }

    String name() {
        return node.hostname().isEmpty() ? node.id() : node.hostname();
    }

    /** Whether Raft counts it. */
    boolean isVoter() {
        return node.manager() != null;
    }

    /** Whether Raft counts it and reaches it. */
    boolean isReachableVoter() {
        ClusterNode.ManagerStatus raft = node.manager();
        return raft != null && raft.reachable();
    }

    /** Whether Raft counts it, reaches it, and gets its answers. */
    boolean isVoting() {
        return isReachableVoter() && !leaderless;
    }

    /** Whether Swarm says that the node is away; a new leader calls all nodes unknown for a while. */
    boolean isDown() {
        return node.state().equals("down") || node.state().equals("disconnected");
    }

    /** Which box it is, empty when it was never labelled. */
    String box() {
        return node.labels().getOrDefault(OwnedLabels.NODE_ID, "");
    }

    /** Which machine it is, empty when its firmware does not say, or says the same of several. */
    String hardware() {
        return OwnedLabels.machine(node.labels());
    }

    boolean mayBePromoted() {
        return !witness && !NEVER.equals(node.labels().get(OVERRIDE));
    }

    boolean isDrained() {
        return node.availability() != Availability.ACTIVE;
    }

    boolean isGuest() {
        String guest = node.labels().getOrDefault(GUEST, "");
        return !guest.isEmpty() && !guest.equals("false") && !guest.equals("none");
    }

    /** 1 to 6; 0 when unknown. */
    int rank() {
        String rank = node.labels().getOrDefault(RANK, "");
        return rank.matches("[1-6]") ? rank.charAt(0) - '0' : 0;
    }

    /** When the box first became active, in the label's form, which sorts by time; empty when never. */
    String joined() {
        return node.labels().getOrDefault(OwnedLabels.JOINED, "");
    }
}
