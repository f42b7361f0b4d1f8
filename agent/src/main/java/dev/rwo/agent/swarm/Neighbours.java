package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The other nodes of the site: who they are, and how to ask them.
 *
 * @param membership who they are
 * @param peers how to ask them
 */
public record Neighbours(Membership membership, Peers peers) {

    /** Of a box that knows no others. */
    public static Neighbours none() {
        return new Neighbours(new Alone(), new Nobody());
    }

    /** All members as they are known now. */
    public MemberTable members() {
        return membership.members();
    }

    /**
     * Asks the managers in turn, the leader first, until one answers.
     *
     * @param path from the root
     * @throws PeerException the last one's when none answers
     */
    public JsonNode askManager(String path) throws PeerException {
        PeerException last =
                new PeerException(PeerException.Kind.UNREACHABLE, "no manager of the swarm is in sight just now");
        for (Member manager : managers()) {
            try {
                return peers.get(manager.digest().api(), path);
            } catch (PeerException silent) {
                last = silent;
            }
        }
        throw last;
    }

    /** The other managers that are present, the leader first. */
    public List<Member> managers() {
        return members().present().stream()
                .filter(member -> isManager(member.digest().role())
                        && !member.digest().api().isEmpty())
                .sorted(Comparator.comparing((Member member) -> member.digest().role() != SwarmRole.LEADER)
                        .thenComparing(member -> member.state() != MemberState.ALIVE)
                        .thenComparing(Member::nodeId))
                .toList();
    }

    private static boolean isManager(SwarmRole role) {
        return role == SwarmRole.LEADER || role == SwarmRole.MANAGER;
    }

    private static final class Alone implements Membership {

        private MemberDigest digest = MemberDigest.of("", "", "", "");

        @Override
        public synchronized MemberTable members() {
            return new MemberTable(new Member("", "", MemberState.ALIVE, Instant.EPOCH, digest), List.of());
        }

        @Override
        public synchronized void tell(UnaryOperator<MemberDigest> change) {
            digest = change.apply(digest);
        }
    }

    private static final class Nobody implements Peers {

        @Override
        public JsonNode get(String api, String path) throws PeerException {
            throw new PeerException(PeerException.Kind.UNREACHABLE, "this box knows no other");
        }

        @Override
        public JsonNode post(String api, String path, JsonNode body) throws PeerException {
            throw new PeerException(PeerException.Kind.UNREACHABLE, "this box knows no other");
        }
    }
}
