package dev.rwo.agent.membership;

import java.util.function.Consumer;

/**
 * What a node tells all others of itself: small (below 1 KiB as JSON), changed rarely, never secret. More is asked for
 * over {@code dev.rwo.agent.peer}. Strings are empty, and numbers 0, when there is nothing to tell.
 *
 * @param nodeId the node's ID
 * @param name the node's name
 * @param hardware hash of what identifies the machine itself (not its disk), empty when its firmware says nothing useful
 * @param api where its API listens, {@code ip:port}
 * @param role what it is to the swarm
 * @param swarmId the swarm it is in, empty when in none
 * @param swarmNode its node ID in that swarm
 * @param swarmUsed whether that swarm ever ran a workload
 * @param epoch how often that swarm was taken over by force (two nodes, recovery); the higher one is right
 * @param leaderless whether it manages its swarm and has found no leader for a while
 * @param candidate whether it would found a swarm: engine and disk ready, no swarm
 * @param trust version of the site's trust document that it holds
 * @param profile revision of its labels; changes whenever any label changes
 * @param wireGuardKey its public WireGuard key, base64, empty with fabric {@code lan}
 * @param fabricAddress its address in the fabric, which Swarm advertises
 * @param version the agent's version
 */
public record MemberDigest(
        String nodeId,
        String name,
        String hardware,
        String api,
        SwarmRole role,
        String swarmId,
        String swarmNode,
        boolean swarmUsed,
        long epoch,
        boolean leaderless,
        boolean candidate,
        long trust,
        String profile,
        String wireGuardKey,
        String fabricAddress,
        String version) {

    /** What a node is to its swarm. */
    public enum SwarmRole {
        /** In no swarm. */
        NONE,
        /** A worker. */
        WORKER,
        /** A manager that does not lead. */
        MANAGER,
        /** Raft's leader. */
        LEADER,
        /** Never in a swarm: holds the tie-break of two nodes. */
        WITNESS
    }

    /** A node of which only its identity is known yet. */
    public static MemberDigest of(String nodeId, String name, String api, String version) {
        return new MemberDigest(
                nodeId, name, "", api, SwarmRole.NONE, "", "", false, 0, false, false, 0, "", "", "", version);
    }

    /** Whether it says that it is in a swarm. */
    public boolean inSwarm() {
        return !swarmId.isEmpty();
    }

    /** The same with another API address. */
    public MemberDigest withApi(String address) {
        return with(draft -> draft.api = address);
    }

    /** The same with another identity of the machine. */
    public MemberDigest withHardware(String hash) {
        return with(draft -> draft.hardware = hash);
    }

    /** The same with another place in a swarm, where it has a leader; {@link SwarmRole#NONE} and empty IDs for none. */
    public MemberDigest withSwarm(SwarmRole place, String id, String node, boolean used, long takenOver) {
        return with(draft -> {
            draft.role = place;
            draft.swarmId = id;
            draft.swarmNode = node;
            draft.swarmUsed = used;
            draft.epoch = takenOver;
            draft.leaderless = false;
        });
    }

    /** The same, having found no leader of its swarm or having one. */
    public MemberDigest withLeaderless(boolean is) {
        return with(draft -> draft.leaderless = is);
    }

    /** The same, being a candidate or not. */
    public MemberDigest withCandidate(boolean is) {
        return with(draft -> draft.candidate = is);
    }

    /** The same with another version of the trust document. */
    public MemberDigest withTrust(long document) {
        return with(draft -> draft.trust = document);
    }

    /** The same with another revision of its labels. */
    public MemberDigest withProfile(String revision) {
        return with(draft -> draft.profile = revision);
    }

    /** The same with another place in the fabric. */
    public MemberDigest withFabric(String key, String address) {
        return with(draft -> {
            draft.wireGuardKey = key;
            draft.fabricAddress = address;
        });
    }

    private MemberDigest with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A digest of which some fields change. */
    private static final class Draft {
        private final String nodeId;
        private final String name;
        private String hardware;
        private String api;
        private SwarmRole role;
        private String swarmId;
        private String swarmNode;
        private boolean swarmUsed;
        private long epoch;
        private boolean leaderless;
        private boolean candidate;
        private long trust;
        private String profile;
        private String wireGuardKey;
        private String fabricAddress;
        private final String version;

        Draft(MemberDigest digest) {
            nodeId = digest.nodeId;
            name = digest.name;
            hardware = digest.hardware;
            api = digest.api;
            role = digest.role;
            swarmId = digest.swarmId;
            swarmNode = digest.swarmNode;
            swarmUsed = digest.swarmUsed;
            epoch = digest.epoch;
            leaderless = digest.leaderless;
            candidate = digest.candidate;
            trust = digest.trust;
            profile = digest.profile;
            wireGuardKey = digest.wireGuardKey;
            fabricAddress = digest.fabricAddress;
            version = digest.version;
        }

        MemberDigest finished() {
            return new MemberDigest(
                    nodeId,
                    name,
                    hardware,
                    api,
                    role,
                    swarmId,
                    swarmNode,
                    swarmUsed,
                    epoch,
                    leaderless,
                    candidate,
                    trust,
                    profile,
                    wireGuardKey,
                    fabricAddress,
                    version);
        }
    }
}
