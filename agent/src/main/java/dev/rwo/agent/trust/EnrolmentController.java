package dev.rwo.agent.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.CertificateRequest;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.JoinCredential;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.Tls;
import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Gets a node of trust mode {@code approve} its certificate: asks a node that holds the issuing key, shows a code until
 * a person approves it, and later renews the certificate without anybody. Does nothing on a node that issues itself.
 */
public final class EnrolmentController implements Controller<EnrolmentController.View, EnrolmentController.Move> {

    private static final Duration SWEEP = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofSeconds(3);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final String RENEW = "/api/v1/peer/trust/renew";

    private final NodeLayout layout;
    private final TrustStore store;
    private final Who who;
    private final Supplier<List<String>> discovered;
    private final Supplier<List<String>> members;
    private final BooleanSupplier othersKnow;
    private final Peers peers;
    private final BiConsumer<String, String> code;
    private final Runnable certificateChanged;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();
    private @Nullable Ticket ticket;

    /** What the node says of itself. */
    public interface Who {
        /** Its ID. */
        String id();

        /** Its name. */
        String name();

        /** Its hardware in a few words, for the person who approves. */
        String hardware();

        /** Where it is reached. */
        List<InetAddress> addresses();
    }

    /**
     * For one node.
     *
     * @param discovered where APIs of nodes are, {@code ip:port}, before this node is a member
     * @param members where APIs of present members are
     * @param othersKnow whether every present member has this node's trust document: before that, nobody could check a
     *     certificate of a new root
     * @param code told the code to show while approval is awaited and where it is given, and nothing (empty) when it is over
     * @param certificateChanged makes the server read key and certificate again
     */
    @SuppressWarnings("TooManyParameters")
    public EnrolmentController(
            NodeLayout layout,
            TrustStore store,
            Who who,
            Supplier<List<String>> discovered,
            Supplier<List<String>> members,
            BooleanSupplier othersKnow,
            Peers peers,
            BiConsumer<String, String> code,
            Runnable certificateChanged,
            Clock clock) {
        this.layout = layout;
        this.store = store;
        this.who = who;
        this.discovered = discovered;
        this.members = members;
        this.othersKnow = othersKnow;
        this.peers = peers;
        this.code = code;
        this.certificateChanged = certificateChanged;
        this.clock = clock;
    }

    private record Ticket(String api, String number, String code) {

        /** The node that was asked keeps the request, so that it is approved there. */
        String host() {
            return api.substring(0, api.lastIndexOf(':'));
        }

        String waiting() {
            return "awaiting approval: on the node at " + host() + " run: rwo approve " + code;
        }
    }

    /**
     * What decides.
     *
     * @param asks whether this node must ask others for certificates at all
     * @param certified whether it has a certificate of the site that is valid now
     * @param due whether that should be renewed
     * @param waiting for what a person has to do, one line; empty when no request is under way
     * @param nodes where to ask
     */
    public record View(boolean asks, boolean certified, boolean due, String waiting, List<String> nodes) {}

    /** What it does. */
    public sealed interface Move extends Step {}

    /** Asks to be let in. */
    public record Ask(List<String> apis, String reason) implements Move {}

    /** Looks what became of it. */
    public record Poll(String reason) implements Move {}

    /** Renews. */
    public record Renew(List<String> apis, String reason) implements Move {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "enrolment", null, Set.of(Topic.MEMBERS, Topic.TRUST, Topic.NETWORK), Set.of("node.enrolment"), SWEEP);
    }

    @Override
    public View observe() {
        boolean asks = Files.isRegularFile(layout.pki().resolve(JoinCredential.JOIN_SECRET))
                && !Files.isRegularFile(layout.pki().resolve("issuing-ca.key"));
        if (!asks) {
            return new View(false, true, false, "", List.of());
        }
        Ticket open = ticket;
        try {
            Instant now = clock.instant();
            NodeCertificate own = NodeCertificate.read(layout.nodeCertificate());
            boolean certified = own.chain().size() > 1 && store.document().isPresent() && now.isBefore(own.notAfter());
            boolean unnamed = who.addresses().stream().anyMatch(address -> !own.names(address));
            boolean retired = store.document()
                    .map(TrustDocument::retiring)
                    .filter(dev.rwo.keys.Fingerprint.of(own.chain().getLast())::equals)
                    .isPresent();
            boolean due = unnamed || (retired && othersKnow.getAsBoolean()) || own.dueForRenewal(now);
            return new View(
                    true,
                    certified,
                    due,
                    open == null ? "" : open.waiting(),
                    certified ? members.get() : discovered.get());
        } catch (CredentialException unreadable) {
            return new View(true, false, false, open == null ? "" : open.waiting(), discovered.get());
        }
    }

    @Override
    public Plan<Move> plan(View view, Instant now) {
        if (!view.asks()) {
            return Plan.nothing(Verdict.done("this node issues its certificate itself"));
        }
        if (view.certified()) {
            return view.due() && !view.nodes().isEmpty()
                    ? Plan.of(new Renew(view.nodes(), "the certificate is due"), Verdict.done("let in"))
                    : Plan.nothing(Verdict.done("let in"));
        }
        if (!view.waiting().isEmpty()) {
            return Plan.<Move>of(new Poll("awaiting approval"), Verdict.waiting(view.waiting(), ""));
        }
        return view.nodes().isEmpty()
                ? Plan.nothing(Verdict.waiting("no node of the site is seen yet that could let this one in", ""))
                : Plan.of(new Ask(view.nodes(), "this node has no certificate yet"), Verdict.waiting("asking", ""));
    }

    @Override
    public Outcome act(Move step) {
        return switch (step) {
            case Ask ask -> ask(ask.apis());
            case Poll ignored -> poll();
            case Renew renew -> renew(renew.apis());
        };
    }

    private Outcome ask(List<String> apis) {
        String last = "no node of the site answers";
        for (String api : apis) {
            try {
                JoinCredential join = JoinCredential.read(layout.pki());
                CertificateRequest request = CertificateRequest.of(NodeKey.readOrGenerate(layout.nodeKey()));
                Answer challenge = call("POST", api, "/api/v1/enrol/challenge", JsonNodeFactory.instance.objectNode());
                String nonce = challenge.body().path("nonce").asText();
                ObjectNode body = described(request)
                        .put("id", who.id())
                        .put("hardware", who.hardware())
                        .put("nonce", nonce)
                        .put("proof", request.proof(join.joinSecret(), nonce, challenge.server()));
                JsonNode answer = call("POST", api, "/api/v1/enrol", body).body();
                Ticket open = new Ticket(api, answer.path("ticket").asText(), request.code());
                ticket = open;
                code.accept(open.code(), open.host());
                return new Outcome.Deferred(POLL, open.waiting());
            } catch (IOException | CredentialException refused) {
                last = api + ": " + refused.getMessage();
            }
        }
        return new Outcome.Failed(last);
    }

    private ObjectNode described(CertificateRequest request) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("request", request.encoded())
                .put("name", who.name());
        who.addresses().stream()
                .limit(16)
                .forEach(address -> body.withArray("addresses").add(address.getHostAddress()));
        return body;
    }

    private Outcome poll() {
        Ticket open = ticket;
        if (open == null) {
            return Outcome.unchanged();
        }
        try {
            JsonNode answer = call("GET", open.api(), "/api/v1/enrol/" + open.number(), null)
                    .body();
            if (!answer.path("state").asText().equals("approved")) {
                return new Outcome.Deferred(POLL, open.waiting());
            }
            take(answer, true);
            ticket = null;
            code.accept("", "");
            return Outcome.applied();
        } catch (IOException | CredentialException | TrustException lost) {
            // The node that was asked restarted or went: ask again, maybe another one.
            ticket = null;
            return new Outcome.Failed(open.api() + ": " + lost.getMessage());
        }
    }

    private synchronized void take(JsonNode answer, boolean first) throws IOException, TrustException {
        NodeCertificate chain = NodeCertificate.parse(answer.path("chain").asText());
        NodeKey key = NodeKey.readOrGenerate(layout.nodeKey());
        if (!chain.leaf().getPublicKey().equals(key.publicKey())) {
            throw new TrustException("the certificate that came is not for this node's key");
        }
        if (first) {
            store.accept(TrustDocument.parse(answer.path("trust").toString().getBytes(StandardCharsets.UTF_8)));
        }
        chain.writeTo(layout.nodeCertificate());
        store.ownChanged();
        certificateChanged.run();
    }

    private Outcome renew(List<String> apis) {
        String last = "no member answers";
        for (String api : apis) {
            try {
                CertificateRequest request = CertificateRequest.of(NodeKey.readOrGenerate(layout.nodeKey()));
                take(peers.post(api, RENEW, described(request)), false);
                return Outcome.applied();
            } catch (PeerException | IOException | CredentialException | TrustException refused) {
                last = api + ": " + refused.getMessage();
            }
        }
        return new Outcome.Failed("the certificate cannot be renewed: " + last);
    }

    /**
     * Makes this node's key anew: a node that issues signs for the new key, because the certificate of now proves who
     * asks. The old key stays in force until there is a certificate for the new one.
     *
     * @return what came of it, one line
     */
    public String rekey() {
        String last = "no member answers";
        for (String api : members.get()) {
            try {
                NodeKey next = NodeKey.generate();
                JsonNode answer = peers.post(api, RENEW, described(CertificateRequest.of(next)));
                take(NodeCertificate.parse(answer.path("chain").asText()), next);
                return "has a new key and certificate";
            } catch (PeerException | IOException | CredentialException | TrustException refused) {
                last = api + ": " + refused.getMessage();
            }
        }
        return "not done: " + last;
    }

    private synchronized void take(NodeCertificate chain, NodeKey next) throws IOException, TrustException {
        if (!chain.leaf().getPublicKey().equals(next.publicKey())) {
            throw new TrustException("the certificate that came is not for this node's new key");
        }
        AtomicFiles files = new AtomicFiles();
        chain.writeTo(layout.nextCertificate());
        files.write(layout.nodeKey(), next.pem().getBytes(StandardCharsets.US_ASCII), AtomicFiles.PRIVATE_FILE);
        chain.writeTo(layout.nodeCertificate());
        files.delete(layout.nextCertificate());
        store.ownChanged();
        certificateChanged.run();
    }

    private record Answer(JsonNode body, X509Certificate server) {}

    /** Without a certificate of its own: the server proves itself by the pinned root, this node by the join secret. */
    private Answer call(String method, String api, String path, @Nullable JsonNode body) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create("https://" + api + path).toURL().openConnection();
        connection.setSSLSocketFactory(Tls.anonymous(store.trustManager()).getSocketFactory());
        // Addresses come and go; that it is a node of the site is what counts, and the trust manager checks that.
        connection.setHostnameVerifier((host, session) -> true);
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) ANSWER.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod(method);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(json.writeValueAsBytes(body));
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
            JsonNode answer = in == null ? json.createObjectNode() : json.readTree(in.readNBytes(LARGEST_ANSWER));
            if (status != 200) {
                throw new IOException(answer.path("detail").asText("status " + status));
            }
            return new Answer(answer, (X509Certificate) connection.getServerCertificates()[0]);
        }
    }
}
