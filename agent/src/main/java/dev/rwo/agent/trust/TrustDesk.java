package dev.rwo.agent.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.CompareAndSwap;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.keys.Credential;
import dev.rwo.keys.Fingerprint;
import dev.rwo.keys.RevokedNode;
import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes the site's trust: numbers a new document by compare-and-swap in the swarm, signs it, and takes it over first.
 * Asked on a node that cannot, it has another do it ({@link ChangeRelay}).
 */
public final class TrustDesk {

    /** The label on the cluster that holds the version number given last. */
    public static final String VERSION_LABEL = "rwo.trust";

    /** The label on a Swarm node that says which box it is. */
    static final String NODE_LABEL = "edge.node.id";

    static final String DOCUMENT_PATH = "/api/v1/peer/trust";
    static final String REKEY_PATH = "/api/v1/peer/trust/rekey";
    static final String HOLDER_PATH = "/api/v1/peer/trust/holder";
    private static final Logger LOG = Logger.getLogger(TrustDesk.class);

    private final TrustStore store;
    private final Membership membership;
    private final Peers peers;
    private final Orchestrator orchestrator;
    private final Expulsion expulsion;
    private final ChangeRelay relay;
    private final Clock clock;
    private final ReentrantLock changing = new ReentrantLock();

    /** For one node. */
    public TrustDesk(TrustStore store, Membership membership, Peers peers, Orchestrator orchestrator, Clock clock) {
        this.store = store;
        this.membership = membership;
        this.peers = peers;
        this.orchestrator = orchestrator;
        this.expulsion = new Expulsion(store, membership, orchestrator);
        this.relay = new ChangeRelay(store, membership, peers);
        this.clock = clock;
    }

    /** One step of an edit, so that it can be tried again on a newer document. */
    @FunctionalInterface
    interface Edit {
        TrustDocument of(TrustDocument document) throws TrustException;
    }

    /** The document and where it lives. */
    public TrustStore store() {
        return store;
    }

    /** What carries revocations into the swarm. */
    Expulsion expulsion() {
        return expulsion;
    }

    /**
     * Makes a change here, or has a manager make it, the leader first.
     *
     * @return what was done, for people and programs
     * @throws TrustException when it makes no sense, or nobody can make it now
     */
    public ObjectNode change(TrustChange change)
            throws TrustException, IOException, OrchestratorException, PeerException {
        EngineState engine = orchestrator.engine();
        boolean inSwarm = engine.membership() != EngineState.Membership.INACTIVE;
        if (store.credential().isPresent() && (!inSwarm || engine.manager())) {
            return changeHere(change);
        }
        relay.requireAuthority(change);
        fetchNewer();
        return relay.passOn(change);
    }

    /**
     * Makes a change that another node passes on.
     *
     * @throws TrustException also when that node does not prove that it holds the issuing key
     * @throws IllegalArgumentException when it is no change
     */
    public ObjectNode changeFor(JsonNode order) throws TrustException, IOException, OrchestratorException {
        changing.lock();
        try {
            fetchNewer();
            return changeHere(relay.received(order));
        } finally {
            changing.unlock();
        }
    }

    /**
     * Makes a change on this node.
     *
     * @throws TrustException when it makes no sense, or this node holds no issuing key
     */
    public ObjectNode changeHere(TrustChange change) throws TrustException, IOException, OrchestratorException {
        return switch (change) {
            case TrustChange.RotateGossip ignored -> {
                long version = publish("a new gossip key", TrustDocument::installGossipKey);
                yield done(version, "a new gossip key is on its way: installed, then used, then the old one removed");
            }
            case TrustChange.Revoke revoke -> revoke(revoke.node());
            case TrustChange.Pardon pardon -> {
                RevokedNode node = revoked(pardon.node());
                long version = publish(node.name() + " is let in again", held -> held.withPardoned(node.nodeId()));
                yield done(version, node.name() + " (" + node.nodeId() + ") is let in again");
            }
            case TrustChange.Replace replace -> replace(replace);
        };
    }

    private ObjectNode replace(TrustChange.Replace replace) throws TrustException, IOException, OrchestratorException {
        TrustDocument.SealedAuthority next =
                TrustDocument.SealedAuthority.of(replace.certificate(), replace.sealedKey());
        X509Certificate before = store.authority().issuing();
        TrustDocument.TrustedRoot root =
                replace.root().isEmpty() ? null : TrustDocument.TrustedRoot.of(replace.root(), replace.endorsement());
        String what = root == null ? "a new issuing authority" : "a new root and issuing authority";
        TrustDocument held = held();
        if (held.issuing() != null && held.issuing().certificate().equals(next.certificate())) {
            return done(held.version(), what + " is there already");
        }
        if (held.retiring() != null) {
            throw new TrustException(
                    "another issuing authority is on its way; wait until rwo keys show says it is done");
        }
        if (!store.authority().canOpen(next)) {
            throw new TrustException(
                    "the new issuing key is sealed for another site, or is not the key of its certificate");
        }
        long version = publish(
                what, document -> (root == null ? document : document.withRoot(root)).withIssuing(next, before));
        return done(
                version, what + " is on its way; the old one goes when every member has a certificate of the new one");
    }

    private ObjectNode revoke(String idOrName) throws TrustException, IOException, OrchestratorException {
        Known known = find(idOrName);
        if (known.nodeId().equals(membership.members().self().nodeId())) {
            throw new TrustException("that is this node itself; run it on another node");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Fingerprint key = store.keyOf(known.nodeId()).orElse(null);
        RevokedNode node = new RevokedNode(known.nodeId(), known.name(), key, now);
        long version = publish(
                known.name() + " is revoked", held -> held.withRevoked(node).installGossipKey());
        ObjectNode answer = done(version, known.name() + " (" + known.nodeId() + ") is revoked");
        String swarm = expulsion.carryOut();
        if (!swarm.isEmpty()) {
            answer.put("swarm", swarm);
        }
        answer.put(
                "next",
                "unless its image was made with --trust approve, it held the site's issuing key: then run ./rwo keys"
                        + " rotate issuing --site SITE --node ADDRESS on the workstation, and make the sticks of this"
                        + " site anew");
        return answer;
    }

    /** What is known of a node that is to be revoked. */
    private record Known(String nodeId, String name) {}

    private Known find(String idOrName) throws TrustException, OrchestratorException {
        List<Known> found = new ArrayList<>();
        for (Member member : membership.members().others()) {
            add(found, idOrName, member.nodeId(), member.digest().name());
        }
        Member self = membership.members().self();
        add(found, idOrName, self.nodeId(), self.digest().name());
        if (orchestrator.engine().manager()) {
            for (ClusterNode node : swarmNodes()) {
                String id = node.labels().getOrDefault(NODE_LABEL, "");
                if (!id.isEmpty()) {
                    add(found, idOrName, id, node.hostname());
                }
            }
        }
        if (found.size() > 1) {
            throw new TrustException(found.size() + " nodes are called " + idOrName + ": give the ID, see rwo nodes");
        }
        if (found.isEmpty() && idOrName.matches("[0-9a-f]{8}-[0-9a-f-]{27}")) {
            return new Known(idOrName, "");
        }
        if (found.isEmpty()) {
            throw new TrustException("no node " + idOrName + " is known; give its full ID, see rwo nodes");
        }
        return found.getFirst();
    }

    private List<ClusterNode> swarmNodes() throws OrchestratorException {
        try {
            return orchestrator.nodes();
        } catch (OrchestratorException unanswered) {
            throw withoutMajority(unanswered);
        }
    }

    private static OrchestratorException withoutMajority(OrchestratorException unanswered) {
        return new OrchestratorException(
                "nothing was changed: trust documents are numbered by the swarm, and that needs most of its managers;"
                        + " bring them back, or run rwo recover, then try again (" + unanswered.getMessage() + ")",
                unanswered);
    }

    private static void add(List<Known> found, String wanted, String id, String name) {
        boolean matches = wanted.equals(id) || wanted.equals(name);
        if (matches && found.stream().noneMatch(known -> known.nodeId().equals(id))) {
            found.add(new Known(id, name));
        }
    }

    private RevokedNode revoked(String idOrName) throws TrustException {
        return held().revoked().stream()
                .filter(node -> node.nodeId().equals(idOrName) || node.name().equals(idOrName))
                .findFirst()
                .orElseThrow(() -> new TrustException(idOrName + " is not revoked; see rwo keys show"));
    }

    /**
     * Numbers, signs and takes over an edited document; others fetch it when they hear its number.
     *
     * @param what for the log
     */
    long publish(String what, Edit edit) throws TrustException, IOException, OrchestratorException {
        changing.lock();
        try {
            fetchNewer();
            long number = nextNumber();
            TrustDocument edited = edit.of(held());
            TrustDocument signed = edited.signed(number, credentialToSign(edited));
            store.absorb(signed);
            LOG.infof("rwo: trust document %d: %s", number, what);
            return number;
        } finally {
            changing.unlock();
        }
    }

    /** The authority of now signs, unless this very change distrusts it. */
    private Credential credentialToSign(TrustDocument edited) throws TrustException {
        Credential now = store.authority();
        return edited.distrusted().contains(Fingerprint.of(now.issuing())) ? now.after(edited) : now;
    }

    private long nextNumber() throws OrchestratorException {
        if (orchestrator.engine().membership() == EngineState.Membership.INACTIVE) {
            return store.version() + 1;
        }
        try {
            return CompareAndSwap.retried(() -> {
                Cluster cluster = orchestrator.cluster();
                long next = Math.max(numberIn(cluster), store.version()) + 1;
                Map<String, String> labels = new HashMap<>(cluster.labels());
                labels.put(VERSION_LABEL, Long.toString(next));
                orchestrator.labelCluster(cluster.version(), labels);
                return next;
            });
        } catch (OrchestratorException unanswered) {
            throw withoutMajority(unanswered);
        }
    }

    private static long numberIn(Cluster cluster) {
        try {
            return Long.parseLong(cluster.labels().getOrDefault(VERSION_LABEL, "0"));
        } catch (NumberFormatException notOurs) {
            return 0;
        }
    }

    /**
     * Takes over the newest document that a present member tells of.
     *
     * @return whether there was one
     */
    boolean fetchNewer() throws IOException {
        for (Member member : trusted()) {
            if (member.digest().trust() > store.version() && isFetched(member)) {
                return true;
            }
        }
        return false;
    }

    private boolean isFetched(Member member) throws IOException {
        try {
            return fetch(member.digest().api());
        } catch (TrustException wrong) {
            // A box that was stolen, and not revoked yet, must not stop its own revocation.
            LOG.debugf("trust document of %s: %s", member.digest().name(), wrong.getMessage());
            return false;
        }
    }

    /** Present members; what a revoked one still says counts no more. */
    List<Member> trusted() {
        TrustDocument held = store.document().orElse(null);
        return membership.members().present().stream()
                .filter(member -> held == null
                        || held.revoked().stream()
                                .noneMatch(gone -> gone.nodeId().equals(member.nodeId())))
                .toList();
    }

    /** Takes over the document of one peer if it is newer. */
    boolean fetch(String api) throws TrustException, IOException {
        try {
            TrustDocument offered =
                    TrustDocument.parse(peers.get(api, DOCUMENT_PATH).toString().getBytes(StandardCharsets.UTF_8));
            return offered.version() > store.version() && store.absorb(offered);
        } catch (PeerException unreachable) {
            LOG.debugf("trust document of %s: %s", api, unreachable.getMessage());
            return false;
        }
    }

    /** Every present member that is not revoked, with the authority that issued its certificate. */
    List<RotationPlanner.Holder> holders(boolean withAuthorities, X509Certificate ownAuthority) {
        Member self = membership.members().self();
        List<RotationPlanner.Holder> holders = new ArrayList<>();
        holders.add(new RotationPlanner.Holder(
                self.nodeId(), self.digest().name(), store.version(), Fingerprint.of(ownAuthority)));
        for (Member member : trusted()) {
            MemberDigest digest = member.digest();
            Fingerprint authority =
                    withAuthorities && digest.trust() == store.version() ? authorityOf(digest.api()) : null;
            holders.add(new RotationPlanner.Holder(digest.nodeId(), digest.name(), digest.trust(), authority));
        }
        return holders;
    }

    private @Nullable Fingerprint authorityOf(String api) {
        try {
            return new Fingerprint(peers.get(api, HOLDER_PATH).path("authority").asText());
        } catch (PeerException | IllegalArgumentException unknown) {
            return null;
        }
    }

    /** Makes the move of a rotation. */
    void make(RotationPlanner.Move move, String why) throws TrustException, IOException, OrchestratorException {
        switch (move) {
            case USE_GOSSIP_KEY -> publish(why, TrustDocument::useNewestGossipKey);
            case REMOVE_GOSSIP_KEYS -> publish(why, TrustDocument::removeOldGossipKeys);
            case FINISH_ISSUING -> publish(why, TrustDocument::withoutRetiring);
        }
    }

    /**
     * Has every present node make a new key, one after the other, this one last; one that does not answer is told and
     * left as it is.
     *
     * @param told name and what came of it, as it comes
     */
    public void rekeyAll(TrustOffice.Rekey here, BiConsumer<String, String> told) {
        for (Member member : membership.members().present()) {
            told.accept(member.digest().name(), rekey(member.digest().api()));
        }
        told.accept(membership.members().self().digest().name(), here.run());
    }

    private String rekey(String api) {
        try {
            return peers.post(api, REKEY_PATH, JsonNodeFactory.instance.objectNode())
                    .path("done")
                    .asText();
        } catch (PeerException unreachable) {
            return "not done: " + unreachable.getMessage();
        }
    }

    /** What this node tells the leader of itself. */
    public ObjectNode holder() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", store.version());
        X509Certificate authority = store.ownAuthority();
        return json.put("authority", Fingerprint.of(authority).hex())
                .put("issues", store.credential().isPresent());
    }

    /** The state of trust, for people; nothing secret. */
    public ObjectNode show() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", store.version());
        TrustDocument held = store.document().orElse(null);
        X509Certificate own = store.ownCertificate();
        json.putObject("node")
                .put("notAfter", own.getNotAfter().toInstant().toString())
                .put("key", Fingerprint.of(own).hex())
                .put("authority", Fingerprint.of(store.ownAuthority()).hex())
                .put("issues", store.credential().isPresent());
        if (held == null) {
            return json;
        }
        json.put("site", held.site().value());
        ArrayNode roots = json.putArray("roots");
        held.rootCertificates().forEach(root -> describe(roots.addObject(), root));
        store.credential().ifPresent(mine -> describe(json.putObject("issuing"), mine.issuing()));
        ArrayNode distrusted = json.putArray("distrusted");
        held.distrusted().stream().map(Fingerprint::hex).sorted().forEach(distrusted::add);
        ArrayNode revoked = json.putArray("revoked");
        held.revoked()
                .forEach(node -> revoked.addObject()
                        .put("id", node.nodeId())
                        .put("name", node.name())
                        .put("at", node.at().toString()));
        ArrayNode gossip = json.putArray("gossipKeys");
        held.gossipKeys().forEach(key -> gossip.add(key.generation()));
        boolean authorities = held.retiring() != null;
        json.put(
                "rotation",
                RotationPlanner.plan(held, holders(authorities, store.ownAuthority()))
                        .line());
        ArrayNode members = json.putArray("members");
        membership
                .members()
                .everyone()
                .forEach(member -> members.addObject()
                        .put("id", member.nodeId())
                        .put("name", member.digest().name())
                        .put("trust", member.digest().trust()));
        return json;
    }

    private static void describe(ObjectNode json, X509Certificate certificate) {
        json.put("subject", certificate.getSubjectX500Principal().getName())
                .put("key", Fingerprint.of(certificate).hex())
                .put("notAfter", certificate.getNotAfter().toInstant().toString());
    }

    private TrustDocument held() throws TrustException {
        return store.document().orElseThrow(() -> new TrustException("this box has no site yet"));
    }

    private static ObjectNode done(long version, String line) {
        return JsonNodeFactory.instance.objectNode().put("version", version).put("done", line);
    }
}
