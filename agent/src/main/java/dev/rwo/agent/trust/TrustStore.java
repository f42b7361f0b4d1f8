package dev.rwo.agent.trust;

import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.Credential;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.Fingerprint;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.PeerVerdict;
import dev.rwo.keys.SiteName;
import dev.rwo.keys.SiteTrust;
import dev.rwo.keys.SiteTrustManager;
import dev.rwo.keys.Tls;
import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The trust document that this node holds, in memory and on disk, and TLS as this node that follows it. Safe for use by
 * many threads; only a document that is newer and rightly signed ever replaces the one held.
 */
public final class TrustStore {

    /** Keys of nodes seen, so that a stolen one can be revoked by its key: a site has hundreds of nodes at most. */
    private static final int MOST_KEYS = 2048;

    private final NodeLayout layout;

    private final AtomicFiles files;
    private final List<Consumer<TrustDocument>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<PeerVerdict>> judges = new CopyOnWriteArrayList<>();
    private final Map<String, Fingerprint> keys = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Fingerprint> eldest) {
            return size() > MOST_KEYS;
        }
    });
    private final SiteTrustManager manager;
    private final SSLContext tls;
    private volatile @Nullable TrustDocument document;
    private volatile SiteTrust trust;
    private volatile Tls.@Nullable Own own;

    private TrustStore(NodeLayout layout, Clock clock, AtomicFiles files) {
        this.layout = layout;
        this.files = files;
        this.manager = new SiteTrustManager(this::trust, clock, this::judged);
        this.tls = Tls.following(this::own, manager);
        this.document = load();
        this.trust = trustOf(document);
    }

    /** Of this node; nothing is written. */
    public static TrustStore open(NodeLayout layout, Clock clock) {
        return open(layout, clock, new AtomicFiles());
    }

    static TrustStore open(NodeLayout layout, Clock clock, AtomicFiles files) {
        return new TrustStore(layout, clock, files);
    }

    private @Nullable TrustDocument load() {
        Optional<TrustDocument> initial = initial();
        Optional<TrustDocument> kept = kept();
        if (kept.isEmpty()) {
            return initial.orElse(null);
        }
        // A stick with a root that the document does not know is newer than the document: the box was off meanwhile.
        boolean outdated = initial.isPresent() && isOlder(kept.get(), initial.get());
        return outdated ? initial.get() : kept.get();
    }

    private static boolean isOlder(TrustDocument kept, TrustDocument stick) {
        X509Certificate root = stick.rootCertificates().getFirst();
        return !kept.rootCertificates().contains(root)
                && root.getNotBefore()
                        .toInstant()
                        .isAfter(
                                kept.rootCertificates().getLast().getNotBefore().toInstant());
    }

    private Optional<TrustDocument> initial() {
        if (!Files.isRegularFile(layout.pki().resolve("issuing-ca.key"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(TrustDocument.initial(Credential.read(layout.pki())));
        } catch (CredentialException unusable) {
            return Optional.empty();
        }
    }

    /** A document that is damaged counts as absent: version 0 stands in, and the others' is fetched. */
    private Optional<TrustDocument> kept() {
        try {
            return Files.isRegularFile(layout.trustDocument())
                    ? Optional.of(TrustDocument.parse(Files.readAllBytes(layout.trustDocument())))
                    : Optional.empty();
        } catch (IOException | TrustException damaged) {
            return Optional.empty();
        }
    }

    private SiteTrust trustOf(@Nullable TrustDocument held) {
        if (held != null) {
            return SiteTrust.of(held);
        }
        try {
            if (Files.isRegularFile(layout.rootCertificate())) {
                SiteName site = new SiteName(
                        Files.readString(layout.pki().resolve("site-name")).strip());
                return SiteTrust.pinned(
                        site, NodeCertificate.read(layout.rootCertificate()).leaf());
            }
            return SiteTrust.alone(
                    NodeCertificate.read(layout.nodeCertificate()).leaf());
        } catch (IOException | CredentialException | IllegalArgumentException unusable) {
            return SiteTrust.nobody();
        }
    }

    /** Whom this node trusts now. */
    public SiteTrust trust() {
        return trust;
    }

    /** The document held; empty for a box without a site, or one that waits to be let in. */
    public Optional<TrustDocument> document() {
        return Optional.ofNullable(document);
    }

    /** The version held; 0 also when there is none. */
    public long version() {
        TrustDocument held = document;
        return held == null ? 0 : held.version();
    }

    /** The keys of gossip, 32 bytes each in Base64: the first one encrypts, all decrypt; secret. Empty without a site. */
    public List<String> gossipKeys() {
        TrustDocument held = document;
        return held == null
                ? List.of()
                : held.gossipKeys().stream()
                        .map(TrustDocument.GossipKey::secret)
                        .toList();
    }

    /** Told each document that is taken over, after it is on the disk; must not block. */
    public void onChange(Consumer<TrustDocument> listener) {
        listeners.add(listener);
    }

    /** Told each verdict on another's certificate; must not block. */
    public void onVerdict(Consumer<PeerVerdict> listener) {
        judges.add(listener);
    }

    /** Counts and logs what is refused from now on, and answers where else to report it; once an agent. */
    public Consumer<PeerVerdict> counting(MeterRegistry meters) {
        PeerCheck check = new PeerCheck(meters, System::nanoTime);
        onVerdict(check::judged);
        return check::judged;
    }

    private void judged(PeerVerdict verdict) {
        if (verdict instanceof PeerVerdict.Accepted accepted && accepted.role() == PeerVerdict.Role.NODE) {
            keys.put(accepted.id(), accepted.key());
        }
        judges.forEach(judge -> judge.accept(verdict));
    }

    /** The key that a node showed last; empty when it was not seen since this agent started. */
    public Optional<Fingerprint> keyOf(String nodeId) {
        return Optional.ofNullable(keys.get(nodeId));
    }

    /**
     * Takes over a newer document: on the disk first, then in memory, then told.
     *
     * @return false when this is the version held
     * @throws TrustException when it is older, broken or not rightly signed; nothing changes
     * @throws IOException when it cannot be written; nothing changes
     */
    public boolean absorb(TrustDocument next) throws TrustException, IOException {
        synchronized (this) {
            TrustDocument held = document;
            if (held == null) {
                throw new TrustException("this node has not been let in yet");
            }
            if (next.version() == held.version()) {
                return false;
            }
            held.requireSuccessor(next);
            take(next);
        }
        tell(next);
        return true;
    }

    /**
     * Takes over what a node gets when it is let in, over a connection that the pinned root vouched for.
     *
     * @throws IOException when it cannot be written; nothing changes
     * @throws TrustException when it is not of the site of the pinned root
     */
    public void accept(TrustDocument first) throws IOException, TrustException {
        synchronized (this) {
            if (!first.rootCertificates().containsAll(trust.roots())
                    && trust.roots().stream()
                            .noneMatch(root -> first.rootCertificates().contains(root))) {
                throw new TrustException("the trust document does not know the root that this node was given");
            }
            take(first);
        }
        tell(first);
    }

    private void take(TrustDocument next) throws IOException {
        files.makeDirectories(layout.pki(), AtomicFiles.PRIVATE_DIRECTORY);
        files.write(layout.trustDocument(), next.toJson(), AtomicFiles.PRIVATE_FILE);
        document = next;
        trust = SiteTrust.of(next);
    }

    private void tell(TrustDocument next) {
        forgetSessions();
        listeners.forEach(listener -> listener.accept(next));
    }

    /** A resumed session would not be judged again. */
    private void forgetSessions() {
        SSLSessionContext sessions = tls.getClientSessionContext();
        Collections.list(sessions.getIds()).forEach(id -> {
            var session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        });
    }

    /** The node's key or certificate changed: connections from now on show the new one. */
    public void ownChanged() {
        own = null;
        if (document == null) {
            document = load();
            trust = trustOf(document);
        }
    }

    private Tls.Own own() {
        Tls.Own known = own;
        if (known == null) {
            known = new Tls.Own(
                    NodeKey.readOrGenerate(layout.nodeKey()).privateKey(),
                    NodeCertificate.read(layout.nodeCertificate()).chain());
            own = known;
        }
        return known;
    }

    /** The certificate that this node shows. */
    public X509Certificate ownCertificate() {
        return own().chain().getFirst();
    }

    /** The certificate that this node shows, and those above it; the root is not in it. */
    List<X509Certificate> ownChain() {
        return own().chain();
    }

    /** The authority that issued it; itself for a box without a site. */
    public X509Certificate ownAuthority() {
        List<X509Certificate> chain = own().chain();
        return chain.size() > 1 ? chain.get(1) : chain.getFirst();
    }

    /** TLS as this node, for servers and clients; follows every change of certificate and trust by itself. */
    public SSLContext tls() {
        return tls;
    }

    /** What this node shows in {@link #tls()}. */
    public X509ExtendedKeyManager keyManager() {
        return Tls.showing(this::own);
    }

    /** What judges the other side in {@link #tls()}. */
    public SiteTrustManager trustManager() {
        return manager;
    }

    /**
     * The credential that counts, to sign documents and certificates with.
     *
     * @return empty for a node that holds no issuing key
     */
    public Optional<Credential> credential() {
        if (!Files.isRegularFile(layout.pki().resolve("issuing-ca.key"))) {
            return Optional.empty();
        }
        try {
            Credential kept = Credential.read(layout.pki());
            TrustDocument held = document;
            return Optional.of(held == null ? kept : kept.after(held));
        } catch (CredentialException unusable) {
            return Optional.empty();
        }
    }

    /**
     * The same for what only a holder can do.
     *
     * @throws TrustException when this node holds no issuing key; it says where to go
     */
    Credential authority() throws TrustException {
        return credential()
                .orElseThrow(() -> new TrustException("this node holds no issuing key (trust mode approve);"
                        + " run it on a node that does, see rwo keys show"));
    }
}
