package dev.rwo.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * A site as its owner keeps it: a directory with the public certificates, the {@code rwo.yaml} for its nodes, and
 * {@code private/} with the keys. Made whole or not at all, and checked whenever it is opened.
 *
 * <p>{@code operator.crt} holds the operator's certificate followed by the issuing authority, ready for
 * {@code curl --cacert root-ca.crt --cert operator.crt --key private/operator.key}.
 */
public final class Site {
    /** The owner's settings for the nodes, to be put on the seed partition. */
    public static final String RWO_YAML = "rwo.yaml";

    static final String UPDATE_CERTIFICATE = "update-signing.crt";
    static final String OPERATOR_CERTIFICATE = "operator.crt";
    static final String DESCRIPTION = "site.yaml";
    static final String PRIVATE = "private";
    static final String ROOT_KEY = "root-ca.key";
    static final String UPDATE_KEY = "update-signing.key";
    static final String OPERATOR_KEY = "operator.key";
    private static final List<String> PRIVATE_FILES =
            List.of(ROOT_KEY, Credential.ISSUING_KEY, UPDATE_KEY, OPERATOR_KEY, Credential.ENROLMENT_SECRET);
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path directory;
    private final SiteName name;
    private final Instant created;
    private final X509Certificate root;
    private final X509Certificate issuing;
    private final X509Certificate updateSigning;
    private final NodeCertificate operator;

    private Site(
            Path directory,
            SiteName name,
            Instant created,
            X509Certificate root,
            X509Certificate issuing,
            X509Certificate updateSigning,
            NodeCertificate operator) {
        this.directory = directory;
        this.name = name;
        this.created = created;
        this.root = root;
        this.issuing = issuing;
        this.updateSigning = updateSigning;
        this.operator = operator;
    }

    /**
     * Makes a new site. The directory appears only when everything in it is written and synchronised.
     *
     * @param directory must not exist; missing parents are made
     * @throws SiteException if the directory exists or cannot be made
     */
    public static Site create(Path directory, SiteName name, Clock clock) {
        SiteBirth.into(directory.toAbsolutePath().normalize(), name, clock);
        return open(directory, clock);
    }

    /**
     * Opens and checks a site, by the system's clock.
     *
     * @throws SiteException if a file is missing, a private file can be read by others, a certificate is not of this
     *     site's root or has expired
     */
    public static Site open(Path directory) {
        return open(directory, Clock.systemUTC());
    }

    /** As {@link #open(Path)}, by another clock. */
    public static Site open(Path directory, Clock clock) {
        return open(directory, clock, true);
    }

    /** As {@link #open(Path, Clock)}, also when the operator's certificate has expired. */
    public static Site openForRenewal(Path directory, Clock clock) {
        return open(directory, clock, false);
    }

    private static Site open(Path directory, Clock clock, boolean operatorMustBeValid) {
        Path home = directory.toAbsolutePath().normalize();
        if (!Files.isRegularFile(home.resolve(DESCRIPTION))) {
            throw new SiteException(home + " is not a site directory (no " + DESCRIPTION
                    + " in it); make one with: ./rwo site init NAME");
        }
        SiteRenewal.finish(home);
        checkPrivate(home.resolve(PRIVATE));
        Map<String, String> description = describe(home.resolve(DESCRIPTION));
        try {
            Site site = new Site(
                    home,
                    new SiteName(description.getOrDefault("name", "")),
                    Instant.parse(description.getOrDefault("created", "")),
                    Credential.certificate(home.resolve(Credential.ROOT_CERTIFICATE)),
                    Credential.certificate(home.resolve(Credential.ISSUING_CERTIFICATE)),
                    Credential.certificate(home.resolve(UPDATE_CERTIFICATE)),
                    NodeCertificate.read(home.resolve(OPERATOR_CERTIFICATE)));
            site.check(clock.instant(), operatorMustBeValid);
            return site;
        } catch (CredentialException e) {
            throw new SiteException(e.getMessage() + " (site directory " + home + "; restore it from your backup)", e);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new SiteException(
                    home.resolve(DESCRIPTION) + " is damaged: " + e.getMessage() + "; restore it from your backup", e);
        }
    }

    /** Where it is kept, absolute. */
    public Path directory() {
        return directory;
    }

    /** Its name. */
    public SiteName name() {
        return name;
    }

    /** When it was made. */
    public Instant created() {
        return created;
    }

    /** The root authority: P-384, 20 years, signs only the issuing authority and the update-signing certificate. */
    public X509Certificate root() {
        return root;
    }

    /** The file of {@link #root}, PEM, as it is given to those who have to check what the site signs. */
    public Path rootFile() {
        return directory.resolve(Credential.ROOT_CERTIFICATE);
    }

    /** The authority that signs nodes and operators: P-256, 5 years. */
    public X509Certificate issuing() {
        return issuing;
    }

    /** What nodes check updates against: P-256, code signing. */
    public X509Certificate updateSigning() {
        return updateSigning;
    }

    /** The file of {@link #updateSigning}, PEM, as a system that is not ours has to have it for what the site signs. */
    public Path updateSigningFile() {
        return directory.resolve(UPDATE_CERTIFICATE);
    }

    /** The operator's client certificate, 1 year, with the issuing authority. */
    public NodeCertificate operator() {
        return operator;
    }

    /** The settings that go on the seed partition. */
    public Path rwoYaml() {
        return directory.resolve(RWO_YAML);
    }

    /** A file in the part that must stay secret, such as {@code operator.key}. */
    public Path privateFile(String file) {
        return directory.resolve(PRIVATE).resolve(file);
    }

    /**
     * What an image of trust mode {@code site} carries.
     *
     * @throws SiteException if its parts do not belong together
     */
    public Credential credential() {
        try {
            return Credential.of(
                    name,
                    root,
                    issuing,
                    Credential.keyPair(privateFile(Credential.ISSUING_KEY)),
                    Credential.text(privateFile(Credential.ENROLMENT_SECRET)).strip(),
                    directory);
        } catch (CredentialException e) {
            throw new SiteException(e);
        }
    }

    /** What an image of trust mode {@code approve} carries. */
    public JoinCredential joinCredential() {
        return new JoinCredential(name, root, credential().joinSecret());
    }

    /**
     * TLS as the operator: shows the operator's certificate and trusts this site's nodes only.
     *
     * @throws SiteException if the operator's key cannot be read
     */
    public SSLContext operatorTls() {
        try {
            KeyPair key = Credential.keyPair(privateFile(OPERATOR_KEY));
            return Tls.mutual(key.getPrivate(), operator.chain(), root);
        } catch (CredentialException e) {
            throw new SiteException(e);
        }
    }

    /**
     * Signs an update bundle for the boxes of this site, with a key that never leaves its file.
     *
     * @param manifest the bundle's manifest, with the root hash of its payload
     * @return CMS signed data (RFC 5652), DER, with the manifest inside
     * @throws SiteException if the update-signing key cannot be read
     */
    public byte[] signUpdate(byte[] manifest) {
        try {
            return UpdateSignature.of(
                    manifest,
                    updateSigning,
                    Credential.keyPair(privateFile(UPDATE_KEY)).getPrivate());
        } catch (CredentialException e) {
            throw new SiteException(e);
        }
    }

    /**
     * Signs the root hash of a file system under dm-verity, as systemd and the kernel check it.
     *
     * @param rootHash in hexadecimal digits, in small letters
     * @return PKCS#7, DER, without the hash and without certificate: whoever checks it has {@link #updateSigning}
     * @throws SiteException if the update-signing key cannot be read
     */
    public byte[] signRootHash(String rootHash) {
        try {
            return UpdateSignature.detached(
                    rootHash.getBytes(StandardCharsets.US_ASCII),
                    updateSigning,
                    Credential.keyPair(privateFile(UPDATE_KEY)).getPrivate());
        } catch (CredentialException e) {
            throw new SiteException(e);
        }
    }

    private void check(Instant now, boolean operatorMustBeValid) {
        requireSigned(issuing, Credential.ISSUING_CERTIFICATE, root);
        requireSigned(updateSigning, UPDATE_CERTIFICATE, root);
        requireSigned(operator.leaf(), OPERATOR_CERTIFICATE, issuing);
        Map<String, X509Certificate> all = new LinkedHashMap<>();
        all.put(Credential.ROOT_CERTIFICATE, root);
        all.put(Credential.ISSUING_CERTIFICATE, issuing);
        all.put(UPDATE_CERTIFICATE, updateSigning);
        if (operatorMustBeValid) {
            all.put(OPERATOR_CERTIFICATE, operator.leaf());
        }
        all.forEach((file, certificate) -> requireValid(certificate, file, now));
    }

    private void requireSigned(X509Certificate certificate, String file, X509Certificate issuer) {
        if (!Credential.signed(certificate, issuer)) {
            throw new SiteException(directory.resolve(file) + " was not signed by "
                    + issuer.getSubjectX500Principal().getName() + " of this site; restore it from your backup");
        }
    }

    private void requireValid(X509Certificate certificate, String file, Instant now) {
        if (!Credential.within(certificate, now)) {
            throw new SiteException(directory.resolve(file) + " is valid from "
                    + certificate.getNotBefore().toInstant() + " to "
                    + certificate.getNotAfter().toInstant() + ", but the clock says " + now
                    + "; if the clock is right, "
                    + (file.equals(OPERATOR_CERTIFICATE)
                            ? "make a new one with: ./rwo keys renew operator --site " + name
                            : "make a new site with: ./rwo site init NAME"));
        }
    }

    private static void checkPrivate(Path folder) {
        for (String file : PRIVATE_FILES) {
            Path path = folder.resolve(file);
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new SiteException(path + " is missing; restore it from your backup");
            }
            requirePrivate(path);
        }
    }

    private static void requirePrivate(Path path) {
        try {
            if (Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains)) {
                throw new SiteException(path + " can be read or written by others; run: chmod 600 " + path);
            }
        } catch (IOException e) {
            throw new SiteException("cannot look at " + path + ": " + e + "; run as the owner of the site", e);
        }
    }

    /** The flat {@code key: value} lines of site.yaml, which only {@link SiteBirth} writes. */
    private static Map<String, String> describe(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int colon = line.indexOf(':');
                if (colon > 0 && !line.startsWith("#")) {
                    values.put(
                            line.substring(0, colon).strip(),
                            line.substring(colon + 1).strip());
                }
            }
        } catch (IOException e) {
            throw new SiteException("cannot read " + file + ": " + e, e);
        }
        if (!SiteBirth.FORMAT.equals(values.get("format"))) {
            throw new SiteException(file + " is of format " + values.get("format") + " and this version knows format "
                    + SiteBirth.FORMAT + "; use the version of RWO that made it");
        }
        return values;
    }

    /** Name and place; nothing secret. */
    @Override
    public String toString() {
        return "Site[" + name + ", " + directory + "]";
    }
}
