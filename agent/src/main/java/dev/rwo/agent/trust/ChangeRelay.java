package dev.rwo.agent.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.keys.TrustException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/** Passes a change of trust on to a manager that can make it, and judges what others pass on to this node. */
final class ChangeRelay {

    static final String PATH = "/api/v1/peer/trust/change";

    private static final Logger LOG = Logger.getLogger(ChangeRelay.class);
    private static final String NOBODY =
            "the site has no leader just now that could do it; look at rwo status and try again";
    /** What the issuing key vouches for. */
    private static final String PURPOSE = "change";

    private final TrustStore store;
    private final Membership membership;
    private final Peers peers;

    ChangeRelay(TrustStore store, Membership membership, Peers peers) {
        this.store = store;
        this.membership = membership;
        this.peers = peers;
    }

    /**
     * Finds out before anything is done whether somebody would take the change from this node.
     *
     * @throws TrustException when it holds no issuing key, or no manager is there
     */
    void requireAuthority(TrustChange change) throws TrustException {
        List<Member> managers = managersFor(change);
        if (store.credential().isEmpty()) {
            throw new TrustException("this node holds no issuing key (trust mode approve), and nobody takes a change of"
                    + " trust from such a node; " + whereToRun(managers));
        }
        if (managers.isEmpty()) {
            throw new TrustException(NOBODY);
        }
    }

    /** Has the first manager that answers make it, the leader before others. */
    ObjectNode passOn(TrustChange change) throws TrustException, PeerException {
        JsonNode order = order(change);
        PeerException first = null;
        for (Member manager : managersFor(change)) {
            try {
                JsonNode answer =
                        peers.only(manager.nodeId()).post(manager.digest().api(), PATH, order);
                return answer.isObject() ? (ObjectNode) answer : JsonNodeFactory.instance.objectNode();
            } catch (PeerException refused) {
                first = first == null ? refused : first;
            }
        }
        throw first == null ? new PeerException(PeerException.Kind.UNREACHABLE, NOBODY) : first;
    }

    /** The leader first; never the node that is to be shut out: a stolen leader would not do it, and say that it did. */
    private List<Member> managersFor(TrustChange change) {
        String shutOut = change instanceof TrustChange.Revoke(String node) ? node : "";
        return membership.members().present().stream()
                .filter(member -> isManager(member.digest().role())
                        && !member.digest().api().isEmpty())
                .filter(member -> !member.nodeId().equals(shutOut)
                        && !member.digest().name().equals(shutOut))
                .sorted(Comparator.comparing(
                        (Member member) -> member.digest().role() != MemberDigest.SwarmRole.LEADER))
                .toList();
    }

    private static boolean isManager(MemberDigest.SwarmRole role) {
        return role == MemberDigest.SwarmRole.LEADER || role == MemberDigest.SwarmRole.MANAGER;
    }

    private String whereToRun(List<Member> managers) {
        for (Member manager : managers) {
            MemberDigest digest = manager.digest();
            try {
                if (peers.only(manager.nodeId())
                        .get(digest.api(), TrustDesk.HOLDER_PATH)
                        .path("issues")
                        .asBoolean()) {
                    return "run it on " + digest.name() + ", at " + digest.api();
                }
            } catch (PeerException unreachable) {
                LOG.debugf("who issues, asked of %s: %s", digest.name(), unreachable.getMessage());
            }
        }
        return "run it on a node that does, see rwo keys show";
    }

    /**
     * A change on its way to another node: signed with the issuing key, since the certificate of a node says only that
     * it is one, and for the document held, so that it counts once.
     */
    private JsonNode order(TrustChange change) throws TrustException {
        long version = store.version();
        return change.toJson()
                .put("version", version)
                .put("proof", store.authority().vouch(PURPOSE, ordered(change, version)));
    }

    private static byte[] ordered(TrustChange change, long version) {
        return (version + " " + change.toJson()).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What another node passes on.
     *
     * @throws TrustException when that node does not prove that it holds the issuing key, or the document is another now
     * @throws IllegalArgumentException when it is no change
     */
    TrustChange received(JsonNode order) throws TrustException {
        TrustChange change = TrustChange.parse(order);
        long version = order.path("version").asLong(-1);
        String proof = order.path("proof").asText();
        if (!store.authority().isVouched(PURPOSE, ordered(change, version), proof)) {
            throw new TrustException("whoever passes on a change of trust must hold the site's issuing key");
        }
        if (version != store.version()) {
            throw new TrustException("the site's trust changed meanwhile: look at rwo keys show, and try again");
        }
        return change;
    }
}
