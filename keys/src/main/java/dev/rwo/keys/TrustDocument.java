package dev.rwo.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whom a site trusts now: what every node of it holds in the same version, and what its rotations change. Secret, because
 * the gossip keys are in it.
 *
 * <p>A new one is signed by an issuing authority, and a new root in it is endorsed by a root before it: a node that was
 * off meanwhile can check both. Version 0 follows from the credential alone, so that a birth needs no exchange.
 *
 * @param version greater with every change
 * @param site the site
 * @param roots what every certificate must lead to; two while the root changes
 * @param distrusted issuing authorities that count no more, though a root signed them
 * @param retiring the authority that is distrusted as soon as every member has a certificate of another; null for none
 * @param retiringRoot the root that goes as soon as every member has a certificate below another; null for none
 * @param revoked nodes that are refused
 * @param gossipKeys the first one encrypts, all decrypt; secret
 * @param issuing the issuing authority that followed the one in the credential; null when none did
 * @param signer the authority that signed this; null for version 0
 * @param signature its signature, Base64; empty for version 0
 */
public record TrustDocument(
        long version,
        SiteName site,
        List<TrustedRoot> roots,
        Set<Fingerprint> distrusted,
        @Nullable Fingerprint retiring,
        @Nullable Fingerprint retiringRoot,
        List<RevokedNode> revoked,
        List<GossipKey> gossipKeys,
        @Nullable SealedAuthority issuing,
        @Nullable X509Certificate signer,
        String signature) {

    /** The largest document that is read. */
    public static final int LARGEST_BYTES = 256 * 1024;

    static final int MOST_ROOTS = 3;
    static final int MOST_DISTRUSTED = 32;
    static final int MOST_REVOKED = 512;
    static final int MOST_GOSSIP_KEYS = 4;
    static final int GOSSIP_KEY_BYTES = 32;

    /** A document from nowhere with a version beyond all others would stop every later change. */
    private static final long FARTHEST_JUMP = 1_000_000;

    /**
     * A root that is trusted.
     *
     * @param endorsement Base64 signature of the root before it; empty for the site's first
     */
    public record TrustedRoot(X509Certificate certificate, String endorsement) {

        /**
         * From text.
         *
         * @throws TrustException if it is not one certificate in PEM
         */
        public static TrustedRoot of(String pem, String endorsement) throws TrustException {
            return new TrustedRoot(TrustDocument.certificate(pem), endorsement);
        }

        static byte[] endorsed(SiteName site, X509Certificate root) {
            return ("rwo root v1 " + site + " " + Fingerprint.of(root).hex()).getBytes(StandardCharsets.UTF_8);
        }

        static TrustedRoot endorse(SiteName site, X509Certificate root, KeyPair before) {
            return new TrustedRoot(root, sign(before.getPrivate(), before.getPublic(), endorsed(site, root)));
        }

        boolean isEndorsedBy(SiteName site, X509Certificate before) {
            return !endorsement.isEmpty() && verifies(before.getPublicKey(), endorsed(site, certificate), endorsement);
        }
    }

    /**
     * An issuing authority on its way to the nodes that may have it.
     *
     * @param certificate its certificate
     * @param key its key, encrypted for the holders of the enrolment secret; Base64
     */
    public record SealedAuthority(X509Certificate certificate, String key) {

        /**
         * From text.
         *
         * @throws TrustException if it is not one certificate in PEM
         */
        public static SealedAuthority of(String pem, String key) throws TrustException {
            return new SealedAuthority(TrustDocument.certificate(pem), key);
        }
    }

    private static X509Certificate certificate(String pem) throws TrustException {
        try {
            List<X509Certificate> all = Pem.certificates(pem);
            if (all.size() == 1) {
                return all.getFirst();
            }
        } catch (GeneralSecurityException e) {
            throw new TrustException("not a certificate in PEM", e);
        }
        throw new TrustException("one certificate in PEM is needed");
    }

    /**
     * A key of gossip.
     *
     * @param generation counts up; 0 follows from the enrolment secret
     * @param secret 32 bytes, Base64
     */
    public record GossipKey(long generation, String secret) {
        /** Nothing secret. */
        @Override
        public String toString() {
            return "gossip key " + generation;
        }
    }

    /** Copies and checks. */
    public TrustDocument {
        roots = List.copyOf(roots);
        distrusted = Set.copyOf(distrusted);
        revoked = List.copyOf(revoked);
        gossipKeys = List.copyOf(gossipKeys);
        require(version >= 0, "a version below 0");
        require(!roots.isEmpty() && roots.size() <= MOST_ROOTS, "1 to " + MOST_ROOTS + " roots are needed");
        require(distrusted.size() <= MOST_DISTRUSTED, "too many distrusted authorities");
        require(revoked.size() <= MOST_REVOKED, "too many revoked nodes");
        require(
                !gossipKeys.isEmpty() && gossipKeys.size() <= MOST_GOSSIP_KEYS,
                "1 to " + MOST_GOSSIP_KEYS + " gossip keys are needed");
        require(
                gossipKeys.stream().map(GossipKey::generation).distinct().count() == gossipKeys.size(),
                "a gossip key twice");
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("trust document: " + problem);
        }
    }

    /** Version 0 of a site, as it follows from its credential. */
    public static TrustDocument initial(Credential credential) {
        return new TrustDocument(
                0,
                credential.site(),
                List.of(new TrustedRoot(credential.root(), "")),
                Set.of(),
                null,
                null,
                List.of(),
                List.of(new GossipKey(0, Secrets.gossipKey(credential.enrolmentSecret(), credential.site()))),
                null,
                null,
                "");
    }

    /**
     * Reads and checks a document.
     *
     * @throws TrustException if it is not whole, too large, or says what it must not
     */
    public static TrustDocument parse(byte[] json) throws TrustException {
        return TrustDocumentJson.parse(json);
    }

    /** As {@link #parse(byte[])} reads it; secret. */
    public byte[] toJson() {
        return TrustDocumentJson.of(this, true).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The same as a tree; secret. */
    public ObjectNode toTree() {
        return TrustDocumentJson.of(this, true);
    }

    private byte[] signedBytes() {
        return TrustDocumentJson.of(this, false).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The certificates of the roots. */
    public List<X509Certificate> rootCertificates() {
        return roots.stream().map(TrustedRoot::certificate).toList();
    }

    /** Whether a rotation of gossip keys is under way. */
    public boolean gossipRotates() {
        return gossipKeys.size() > 1;
    }

    /** Whether the newest gossip key is the one that encrypts. */
    public boolean newestGossipKeyIsUsed() {
        return gossipKeys.getFirst().generation() == newestGeneration();
    }

    private long newestGeneration() {
        return gossipKeys.stream().mapToLong(GossipKey::generation).max().orElse(0);
    }

    /**
     * Checks that a node which holds this document may take over the other one.
     *
     * @throws TrustException if not, with the reason
     */
    public void requireSuccessor(TrustDocument next) throws TrustException {
        if (!next.site().equals(site)) {
            throw new TrustException("the trust document is of site " + next.site() + ", this node is of " + site);
        }
        if (next.version() <= version) {
            throw new TrustException("trust document " + next.version() + " is not newer than this node's, " + version);
        }
        if (next.version() - version > FARTHEST_JUMP) {
            throw new TrustException("trust document " + next.version() + " is out of all order after " + version);
        }
        for (TrustedRoot root : next.roots()) {
            if (!knows(root)) {
                throw new TrustException(
                        "trust document " + next.version() + " brings a root that no root of this"
                                + " node endorsed; if the root really changed more than once, put a new credential on the seed");
            }
        }
        X509Certificate by = next.signer();
        if (by == null
                || by.getBasicConstraints() < 0
                || next.roots().stream().noneMatch(root -> Credential.signed(by, root.certificate()))) {
            throw new TrustException("trust document " + next.version() + " is not signed by an authority of " + site);
        }
        if (distrusted.contains(Fingerprint.of(by)) || next.distrusted().contains(Fingerprint.of(by))) {
            throw new TrustException(
                    "trust document " + next.version() + " is signed by an authority that was revoked");
        }
        if (!verifies(by.getPublicKey(), next.signedBytes(), next.signature())) {
            throw new TrustException("the signature of trust document " + next.version() + " is wrong");
        }
    }

    private boolean knows(TrustedRoot root) {
        return roots.stream()
                .anyMatch(known ->
                        known.certificate().equals(root.certificate()) || root.isEndorsedBy(site, known.certificate()));
    }

    // --- changes; each must be signed before others take it over ---------------------------------------------------

    /** The same, being that version, signed by the credential's authority. */
    public TrustDocument signed(long number, Credential by) {
        TrustDocument unsigned = new TrustDocument(
                number,
                site,
                roots,
                distrusted,
                retiring,
                retiringRoot,
                revoked,
                gossipKeys,
                issuing,
                by.issuing(),
                "");
        KeyPair key = by.issuingKey();
        return unsigned.withSignature(sign(key.getPrivate(), key.getPublic(), unsigned.signedBytes()));
    }

    private TrustDocument withSignature(String text) {
        return new TrustDocument(
                version, site, roots, distrusted, retiring, retiringRoot, revoked, gossipKeys, issuing, signer, text);
    }

    private TrustDocument withGossipKeys(List<GossipKey> keys) {
        return new TrustDocument(
                version, site, roots, distrusted, retiring, retiringRoot, revoked, keys, issuing, signer, signature);
    }

    /** First step of a rotation: a new key that decrypts and does not encrypt yet. */
    public TrustDocument installGossipKey() {
        List<GossipKey> keys = new ArrayList<>(gossipKeys);
        if (keys.size() == MOST_GOSSIP_KEYS) {
            keys.remove(1);
        }
        keys.add(new GossipKey(newestGeneration() + 1, Secrets.randomKey()));
        return withGossipKeys(keys);
    }

    /** Second step: the newest key encrypts, the others still decrypt. */
    public TrustDocument useNewestGossipKey() {
        List<GossipKey> keys = new ArrayList<>(gossipKeys);
        keys.sort(Comparator.comparingLong(GossipKey::generation).reversed());
        return withGossipKeys(keys);
    }

    /** Third step: only the key that encrypts stays. */
    public TrustDocument removeOldGossipKeys() {
        return withGossipKeys(List.of(gossipKeys.getFirst()));
    }

    /** The same with one more revoked node; the oldest goes when there are too many. */
    public TrustDocument withRevoked(RevokedNode node) {
        List<RevokedNode> all = new ArrayList<>(revoked);
        all.removeIf(known -> known.nodeId().equals(node.nodeId()));
        all.add(node);
        return withRevoked(all.subList(Math.max(0, all.size() - MOST_REVOKED), all.size()));
    }

    /** The same without that node among the revoked. */
    public TrustDocument withPardoned(String nodeId) {
        return withRevoked(
                revoked.stream().filter(node -> !node.nodeId().equals(nodeId)).toList());
    }

    private TrustDocument withRevoked(List<RevokedNode> all) {
        return new TrustDocument(
                version, site, roots, distrusted, retiring, retiringRoot, all, gossipKeys, issuing, signer, signature);
    }

    /**
     * The same with a new issuing authority; that of before goes when all have left it.
     *
     * @throws TrustException if none of the roots signed it
     */
    public TrustDocument withIssuing(SealedAuthority next, X509Certificate before) throws TrustException {
        if (roots.stream().noneMatch(root -> Credential.signed(next.certificate(), root.certificate()))
                || next.certificate().getBasicConstraints() < 0) {
            throw new TrustException("the new issuing authority is not signed by a root of site " + site);
        }
        return new TrustDocument(
                version,
                site,
                roots,
                distrusted,
                Fingerprint.of(before),
                retiringRoot,
                revoked,
                gossipKeys,
                next,
                signer,
                signature);
    }

    /**
     * The same with one more root; that of before goes when all have left it.
     *
     * @throws TrustException if that root did not endorse it
     */
    public TrustDocument withRoot(TrustedRoot next) throws TrustException {
        X509Certificate before = roots.getLast().certificate();
        if (!next.isEndorsedBy(site, before)) {
            throw new TrustException("the new root is not endorsed by the root of site " + site);
        }
        if (roots.size() > 1) {
            throw new TrustException("another change of the root is under way: see rwo keys show");
        }
        return new TrustDocument(
                version,
                site,
                List.of(roots.getLast(), next),
                distrusted,
                retiring,
                Fingerprint.of(before),
                revoked,
                gossipKeys,
                issuing,
                signer,
                signature);
    }

    /** Ends a rotation of the issuing authority: the old one is distrusted; the old root, if one goes, goes too. */
    public TrustDocument withoutRetiring() {
        Set<Fingerprint> gone = new TreeSet<>(Comparator.comparing(Fingerprint::hex));
        gone.addAll(distrusted);
        if (retiring != null) {
            gone.add(retiring);
        }
        while (gone.size() > MOST_DISTRUSTED) {
            gone.remove(gone.iterator().next());
        }
        List<TrustedRoot> left = roots.stream()
                .filter(root -> !Fingerprint.of(root.certificate()).equals(retiringRoot))
                .toList();
        return new TrustDocument(
                version,
                site,
                left.isEmpty() ? roots : left,
                gone,
                null,
                null,
                revoked,
                gossipKeys,
                issuing,
                signer,
                signature);
    }

    /** The root that signed this authority. */
    Optional<X509Certificate> rootOf(X509Certificate authority) {
        return rootCertificates().stream()
                .filter(root -> Credential.signed(authority, root))
                .findFirst();
    }

    static String sign(PrivateKey secret, PublicKey key, byte[] content) {
        try {
            Signature signature = Signature.getInstance(algorithm(key));
            signature.initSign(secret);
            signature.update(content);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign", e);
        }
    }

    static boolean verifies(PublicKey key, byte[] content, String base64) {
        try {
            Signature signature = Signature.getInstance(algorithm(key));
            signature.initVerify(key);
            signature.update(content);
            return signature.verify(Base64.getDecoder().decode(base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String algorithm(PublicKey key) {
        return key.getEncoded().length > 100 ? "SHA384withECDSA" : "SHA256withECDSA";
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return "trust " + version + " of " + site + ", " + roots.size() + " root(s), " + revoked.size() + " revoked, "
                + gossipKeys.size() + " gossip key(s)" + (retiring == null ? "" : ", issuing changes");
    }
}
