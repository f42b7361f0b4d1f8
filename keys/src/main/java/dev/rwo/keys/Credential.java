package dev.rwo.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node of trust mode {@code site} gets with its image: enough to issue its own certificate and to know its
 * neighbours. Whoever holds it can join the site; the root and update-signing keys are not in it.
 *
 * <p>On a seed partition it is the folder {@code credential/}, on a node part of {@code /var/lib/rwo/pki/}.
 */
public final class Credential {
    static final String SITE_NAME = "site-name";
    static final String ROOT_CERTIFICATE = "root-ca.crt";
    static final String ISSUING_CERTIFICATE = "issuing-ca.crt";
    static final String ISSUING_KEY = "issuing-ca.key";
    static final String ENROLMENT_SECRET = "enrolment-secret";

    private final SiteName site;
    private final X509Certificate root;
    private final X509Certificate issuing;
    private final KeyPair issuingKey;
    private final String enrolmentSecret;

    private Credential(
            SiteName site, X509Certificate root, X509Certificate issuing, KeyPair issuingKey, String enrolmentSecret) {
        this.site = site;
        this.root = root;
        this.issuing = issuing;
        this.issuingKey = issuingKey;
        this.enrolmentSecret = enrolmentSecret;
    }

    /**
     * Reads and checks a credential. Needs no clock: a box with a dead battery must still come up, so validity in time
     * is asked for separately, by {@link #validAt}.
     *
     * @throws CredentialException if a file is missing, unreadable or malformed, or if they do not belong together
     */
    public static Credential read(Path directory) {
        X509Certificate root = certificate(directory.resolve(ROOT_CERTIFICATE));
        X509Certificate issuing = certificate(directory.resolve(ISSUING_CERTIFICATE));
        return of(
                siteName(directory.resolve(SITE_NAME)),
                root,
                issuing,
                keyPair(directory.resolve(ISSUING_KEY)),
                text(directory.resolve(ENROLMENT_SECRET)).strip(),
                directory);
    }

    static Credential of(
            SiteName site,
            X509Certificate root,
            X509Certificate issuing,
            KeyPair issuingKey,
            String enrolmentSecret,
            Path origin) {
        if (!signed(issuing, root) || !signed(root, root) || issuing.getBasicConstraints() < 0) {
            throw new CredentialException(origin + ": " + ISSUING_CERTIFICATE + " is not an authority signed by "
                    + ROOT_CERTIFICATE + "; take all files from one site");
        }
        if (!MessageDigest.isEqual(
                issuing.getPublicKey().getEncoded(), issuingKey.getPublic().getEncoded())) {
            throw new CredentialException(origin + ": " + ISSUING_KEY + " is not the key of " + ISSUING_CERTIFICATE
                    + "; take both from one site");
        }
        if (enrolmentSecret.length() < 43) {
            throw new CredentialException(origin + ": " + ENROLMENT_SECRET
                    + " is too short (32 bytes in base64url are 43 characters); take it from the site again");
        }
        return new Credential(site, root, issuing, issuingKey, enrolmentSecret);
    }

    /** The site that this credential belongs to. */
    public SiteName site() {
        return site;
    }

    /** The site's root: what a node trusts. */
    public X509Certificate root() {
        return root;
    }

    /** The authority that signs the certificates of nodes. */
    public X509Certificate issuing() {
        return issuing;
    }

    /** 32 random bytes in base64url, proved to other nodes at enrolment; secret. */
    public String enrolmentSecret() {
        return enrolmentSecret;
    }

    /** Whether both authorities are valid at that time. False may also mean that the clock is wrong. */
    public boolean validAt(Instant now) {
        return within(root, now) && within(issuing, now);
    }

    /** The files of the folder, by name, as they go on a seed partition; the values of two of them are secret. */
    public Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(SITE_NAME, bytes(site.value() + "\n"));
        files.put(ROOT_CERTIFICATE, bytes(Pem.of(root)));
        files.put(ISSUING_CERTIFICATE, bytes(Pem.of(issuing)));
        files.put(ISSUING_KEY, bytes(Pem.of(issuingKey)));
        files.put(ENROLMENT_SECRET, bytes(enrolmentSecret + "\n"));
        return files;
    }

    /**
     * Writes the files into a directory, which is made 0700 if it is missing; secrets 0600, each file atomically and
     * synchronised. Cut off and repeated, it ends in the same state.
     *
     * @throws CredentialException if the directory cannot be written
     */
    public void writeTo(Path directory) {
        try {
            DurableFiles.makePrivateDirectory(directory);
            for (Map.Entry<String, byte[]> file : files().entrySet()) {
                boolean secret =
                        file.getKey().equals(ISSUING_KEY) || file.getKey().equals(ENROLMENT_SECRET);
                DurableFiles.write(
                        directory.resolve(file.getKey()),
                        file.getValue(),
                        secret ? DurableFiles.PRIVATE : DurableFiles.READABLE);
            }
        } catch (IOException e) {
            throw new CredentialException("cannot write the credential to " + directory + ": " + e, e);
        }
    }

    /** Where a node keeps the trust document, beside the files of its credential. */
    public static final String TRUST_DOCUMENT = "trust.json";

    /**
     * The credential that counts on a node: that of the files, or the authority that the trust document brought since.
     * The one that begins later counts, so that a new stick and a rotation may come in either order.
     *
     * @throws CredentialException as {@link #read}; a trust document that cannot be read counts as absent
     */
    public static Credential effective(Path directory) {
        Credential kept = read(directory);
        Path trust = directory.resolve(TRUST_DOCUMENT);
        if (!Files.isRegularFile(trust)) {
            return kept;
        }
        try {
            return kept.after(TrustDocument.parse(Files.readAllBytes(trust)));
        } catch (IOException | TrustException unreadable) {
            return kept;
        }
    }

    /** This credential, or the newer one that the document brings. */
    public Credential after(TrustDocument document) {
        TrustDocument.SealedAuthority next = document.issuing();
        if (next == null
                || !document.site().equals(site)
                || next.certificate()
                        .getNotBefore()
                        .toInstant()
                        .isBefore(issuing.getNotBefore().toInstant())) {
            return this;
        }
        X509Certificate above = document.rootOf(next.certificate()).orElse(null);
        if (above == null) {
            return this;
        }
        try {
            KeyPair key = Pem.keyPair(Secrets.open(enrolmentSecret, site, next.key()));
            return of(site, above, next.certificate(), key, enrolmentSecret, Path.of(TRUST_DOCUMENT));
        } catch (GeneralSecurityException e) {
            throw new CredentialException("the issuing key in the trust document is not a key", e);
        }
    }

    /** Whether that authority was sealed for this site, and its key is its own. */
    public boolean canOpen(TrustDocument.SealedAuthority next) {
        try {
            KeyPair key = Pem.keyPair(Secrets.open(enrolmentSecret, site, next.key()));
            return key.getPublic().equals(next.certificate().getPublicKey());
        } catch (GeneralSecurityException | CredentialException e) {
            return false;
        }
    }

    /** The issuing authority, sealed for the nodes that hold the enrolment secret. */
    public TrustDocument.SealedAuthority sealed() {
        return new TrustDocument.SealedAuthority(issuing, Secrets.seal(enrolmentSecret, site, Pem.of(issuingKey)));
    }

    /** What boxes of trust mode {@code approve} prove when they ask to be let in; secret. */
    public String joinSecret() {
        return Secrets.joinSecret(enrolmentSecret, site);
    }

    /**
     * Signs, as the issuing authority, what one holder of its key says to another.
     *
     * @param purpose one word; what is signed for one purpose is worth nothing for another
     * @return the signature, Base64
     */
    public String vouch(String purpose, byte[] content) {
        return TrustDocument.sign(issuingKey.getPrivate(), issuingKey.getPublic(), vouched(purpose, content));
    }

    /** Whether a holder of this authority's key signed that, for that purpose. */
    public boolean isVouched(String purpose, byte[] content, String voucher) {
        return TrustDocument.verifies(issuingKey.getPublic(), vouched(purpose, content), voucher);
    }

    private byte[] vouched(String purpose, byte[] content) {
        String hash = HexFormat.of().formatHex(Fingerprint.sha256(content));
        return bytes("rwo " + purpose + " v1 " + site + " " + hash);
    }

    KeyPair issuingKey() {
        return issuingKey;
    }

    Certificates.Issuer issuer() {
        return Certificates.Issuer.of(issuing, issuingKey.getPrivate());
    }

    static boolean within(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }

    static boolean signed(X509Certificate certificate, X509Certificate issuer) {
        try {
            Principal expected = certificate.getIssuerX500Principal();
            certificate.verify(issuer.getPublicKey());
            return expected.equals(issuer.getSubjectX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    static X509Certificate certificate(Path file) {
        try {
            return Pem.certificates(text(file)).getFirst();
        } catch (GeneralSecurityException e) {
            throw new CredentialException(file + " is not a certificate in PEM: " + e.getMessage(), e);
        }
    }

    static KeyPair keyPair(Path file) {
        try {
            return Pem.keyPair(text(file));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CredentialException(file + " is not an elliptic-curve key in PKCS#8 PEM: " + e.getMessage(), e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new CredentialException(file + " is missing; copy the whole credential of the site", e);
        } catch (IOException e) {
            throw new CredentialException("cannot read " + file + ": " + e, e);
        }
    }

    static SiteName siteName(Path file) {
        try {
            return new SiteName(text(file).strip());
        } catch (IllegalArgumentException e) {
            throw new CredentialException(file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The site's name; nothing secret. */
    @Override
    public String toString() {
        return "Credential[" + site + "]";
    }
}
