package dev.rwo.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * New authorities of a site: made first in {@code private/next/}, brought to the nodes, and only then put in force in the
 * site's folder. Broken off anywhere it is carried on: what was made and perhaps already brought to a node is never made
 * again, and what was begun to be put in force is finished when the site is opened.
 */
public final class SiteRenewal {
    private static final String NEXT = "next";
    private static final String APPLYING = "applying";
    private static final String NEW_ROOT_ENDORSEMENT = "root-ca.endorsement";
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration ROOT_LIFETIME = YEAR.multipliedBy(20);
    private static final Duration ISSUING_LIFETIME = YEAR.multipliedBy(5);

    /** What is renewed. */
    public enum Kind {
        /** The authority that signs nodes and operators, and with it the operator's certificate. */
        ISSUING,
        /** The root, and with it all below. */
        ROOT,
        /** The operator's certificate alone; concerns no node. */
        OPERATOR
    }

    private final Site site;
    private final Path next;

    private SiteRenewal(Site site, Path next) {
        this.site = site;
        this.next = next;
    }

    /**
     * Makes the new keys and certificates, or finds those that an earlier try left.
     *
     * @throws SiteException if they cannot be written, or an earlier try was of another kind
     */
    public static SiteRenewal prepare(Site site, Kind kind, Clock clock) {
        Path next = site.privateFile(NEXT);
        SiteRenewal renewal = new SiteRenewal(site, next);
        if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
            boolean root = Files.exists(next.resolve(Credential.ROOT_CERTIFICATE));
            boolean issuing = Files.exists(next.resolve(Credential.ISSUING_CERTIFICATE));
            Kind found = root ? Kind.ROOT : issuing ? Kind.ISSUING : Kind.OPERATOR;
            if (found != kind) {
                throw new SiteException("a renewal of the " + word(found) + " was begun and not finished (" + next
                        + "); finish it first with: ./rwo keys rotate " + word(found));
            }
            return renewal;
        }
        try {
            Path unfinished = Files.createTempDirectory(site.privateFile("."), ".next-");
            for (Map.Entry<String, String> file : make(
                            site, kind, clock.instant().truncatedTo(ChronoUnit.SECONDS))
                    .entrySet()) {
                DurableFiles.write(
                        unfinished.resolve(file.getKey()),
                        file.getValue().getBytes(StandardCharsets.UTF_8),
                        DurableFiles.PRIVATE);
            }
            Files.move(unfinished, next, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.synchronise(DurableFiles.parentOf(next));
            return renewal;
        } catch (IOException e) {
            throw new SiteException("cannot write the new keys to " + next + ": " + e, e);
        } catch (CredentialException e) {
            throw new SiteException(e);
        }
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Map<String, String> make(Site site, Kind kind, Instant now) {
        Map<String, String> files = new LinkedHashMap<>();
        SiteName name = site.name();
        KeyPair oldRootKey = Credential.keyPair(site.privateFile(Site.ROOT_KEY));
        KeyPair rootKey = oldRootKey;
        X509Certificate root = site.root();
        if (kind == Kind.ROOT) {
            rootKey = Certificates.generate("secp384r1");
            root = Certificates.sign(
                    authority(name, "root CA", rootKey, now, ROOT_LIFETIME, 1),
                    new Certificates.Issuer(
                            Certificates.name(name, "authority", name + " root CA"),
                            rootKey.getPublic(),
                            rootKey.getPrivate()));
            files.put(Site.ROOT_KEY, Pem.of(rootKey));
            files.put(Credential.ROOT_CERTIFICATE, Pem.of(root));
            files.put(
                    NEW_ROOT_ENDORSEMENT,
                    TrustDocument.TrustedRoot.endorse(name, root, oldRootKey).endorsement());
            KeyPair update = Credential.keyPair(site.privateFile(Site.UPDATE_KEY));
            files.put(
                    Site.UPDATE_CERTIFICATE,
                    Pem.of(leaf(
                            name,
                            "update signing",
                            "updates",
                            update,
                            now,
                            ROOT_LIFETIME,
                            KeyPurposeId.id_kp_codeSigning,
                            root,
                            rootKey)));
        }
        KeyPair issuingKey = Credential.keyPair(site.privateFile(Credential.ISSUING_KEY));
        X509Certificate issuing = site.issuing();
        if (kind != Kind.OPERATOR) {
            issuingKey = Certificates.generate("secp256r1");
            issuing = Certificates.sign(
                    authority(name, "issuing CA", issuingKey, now, ISSUING_LIFETIME, 0),
                    Certificates.Issuer.of(root, rootKey.getPrivate()));
            files.put(Credential.ISSUING_KEY, Pem.of(issuingKey));
            files.put(Credential.ISSUING_CERTIFICATE, Pem.of(issuing));
        }
        KeyPair operatorKey = Certificates.generate("secp256r1");
        X509Certificate operator = leaf(
                name,
                "operator",
                "operator",
                operatorKey,
                now,
                YEAR,
                KeyPurposeId.id_kp_clientAuth,
                issuing,
                issuingKey);
        files.put(Site.OPERATOR_KEY, Pem.of(operatorKey));
        files.put(Site.OPERATOR_CERTIFICATE, Pem.of(List.of(operator, issuing)));
        return files;
    }

    private static Certificates.Subject authority(
            SiteName site, String title, KeyPair key, Instant now, Duration lifetime, int pathLength) {
        return new Certificates.Subject(
                Certificates.name(site, "authority", site + " " + title),
                key.getPublic(),
                now,
                now.plus(lifetime),
                pathLength,
                List.of(),
                null);
    }

    @SuppressWarnings("TooManyParameters")
    private static X509Certificate leaf(
            SiteName site,
            String title,
            String unit,
            KeyPair key,
            Instant now,
            Duration lifetime,
            KeyPurposeId purpose,
            X509Certificate issuer,
            KeyPair issuerKey) {
        return Certificates.sign(
                new Certificates.Subject(
                        Certificates.name(site, unit, site + " " + title),
                        key.getPublic(),
                        now,
                        now.plus(lifetime),
                        null,
                        List.of(purpose),
                        null),
                Certificates.Issuer.of(issuer, issuerKey.getPrivate()));
    }

    /** The new issuing authority, its key sealed for the nodes that hold the enrolment secret. */
    public TrustDocument.SealedAuthority sealed() {
        Credential now = site.credential();
        KeyPair key = Credential.keyPair(next.resolve(Credential.ISSUING_KEY));
        return new TrustDocument.SealedAuthority(
                Credential.certificate(next.resolve(Credential.ISSUING_CERTIFICATE)),
                Secrets.seal(now.enrolmentSecret(), site.name(), Pem.of(key)));
    }

    /** The new issuing authority's certificate in PEM. */
    public String issuingPem() {
        return Credential.text(next.resolve(Credential.ISSUING_CERTIFICATE));
    }

    /** The new root in PEM; empty when the root stays. */
    public String rootPem() {
        return textOrNothing(Credential.ROOT_CERTIFICATE);
    }

    /** The old root's word for the new one; empty when the root stays. */
    public String endorsement() {
        return textOrNothing(NEW_ROOT_ENDORSEMENT);
    }

    private String textOrNothing(String file) {
        return Files.exists(next.resolve(file)) ? Credential.text(next.resolve(file)) : "";
    }

    /**
     * Puts the new keys and certificates in force in the site's folder.
     *
     * @throws SiteException if they cannot be written; opening the site tries again
     */
    public void apply() {
        try {
            Files.move(next, site.privateFile(APPLYING), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.synchronise(DurableFiles.parentOf(next));
        } catch (IOException e) {
            throw new SiteException("cannot put " + next + " in force: " + e, e);
        }
        finish(site.directory());
    }

    /** Finishes a renewal that was begun to be put in force. Repeated, it ends in the same state. */
    static void finish(Path directory) {
        Path secrets = directory.resolve(Site.PRIVATE);
        Path applying = secrets.resolve(APPLYING);
        if (!Files.isDirectory(applying, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            List<Path> files;
            try (Stream<Path> all = Files.list(applying)) {
                files = all.sorted().toList();
            }
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                boolean open = name.endsWith(".crt");
                DurableFiles.write(
                        (open ? directory : secrets).resolve(name),
                        Files.readAllBytes(file),
                        open ? DurableFiles.READABLE : DurableFiles.PRIVATE);
            }
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(applying);
        } catch (IOException e) {
            throw new SiteException("cannot put the keys in " + applying + " in force: " + e, e);
        }
    }
}
