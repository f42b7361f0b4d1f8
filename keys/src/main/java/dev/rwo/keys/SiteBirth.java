package dev.rwo.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;

/** Makes a site's keys and certificates and writes them, all or nothing. */
final class SiteBirth {
    static final String FORMAT = "1";

    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration ROOT_LIFETIME = YEAR.multipliedBy(20);
    private static final Duration ISSUING_LIFETIME = YEAR.multipliedBy(5);

    /** Like the root: a node must be able to check an update for as long as it may stand in a shop. */
    private static final Duration UPDATE_LIFETIME = ROOT_LIFETIME;

    private static final Duration OPERATOR_LIFETIME = YEAR;

    private final SiteName name;
    private final Instant created;
    private final KeyPair rootKey = Certificates.generate("secp384r1");
    private final KeyPair issuingKey = Certificates.generate("secp256r1");
    private final KeyPair updateKey = Certificates.generate("secp256r1");
    private final KeyPair operatorKey = Certificates.generate("secp256r1");

    private SiteBirth(SiteName name, Instant created) {
        this.name = name;
        this.created = created;
    }

    static void into(Path directory, SiteName name, Clock clock) {
        requireAbsent(directory);
        Path parent = DurableFiles.parentOf(directory);
        try {
            DurableFiles.makePrivateDirectory(parent);
            Path unfinished = Files.createTempDirectory(parent, "." + directory.getFileName() + ".new-");
            try {
                new SiteBirth(name, clock.instant().truncatedTo(ChronoUnit.SECONDS)).write(unfinished);
                requireAbsent(directory);
                Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
                DurableFiles.synchronise(parent);
            } finally {
                removeIfThere(unfinished);
            }
        } catch (IOException e) {
            throw new SiteException(
                    "cannot make the site in " + directory + ": " + e
                            + "; nothing was left there, choose another place with --dir",
                    e);
        }
    }

    private static void requireAbsent(Path directory) {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new SiteException(directory + " exists and is not overwritten: its keys may be in use;"
                    + " choose another name, or move it away first");
        }
    }

    private void write(Path directory) throws IOException {
        X509Certificate root = authority("root CA", rootKey.getPublic(), ROOT_LIFETIME, 1, null);
        X509Certificate issuing = authority("issuing CA", issuingKey.getPublic(), ISSUING_LIFETIME, 0, root);
        X509Certificate update = leaf(
                "update signing",
                "updates",
                updateKey.getPublic(),
                UPDATE_LIFETIME,
                KeyPurposeId.id_kp_codeSigning,
                Certificates.Issuer.of(root, rootKey.getPrivate()));
        X509Certificate operator = leaf(
                "operator",
                "operator",
                operatorKey.getPublic(),
                OPERATOR_LIFETIME,
                KeyPurposeId.id_kp_clientAuth,
                Certificates.Issuer.of(issuing, issuingKey.getPrivate()));

        Path secrets = directory.resolve(Site.PRIVATE);
        DurableFiles.makePrivateDirectory(secrets);
        secret(secrets.resolve(Site.ROOT_KEY), Pem.of(rootKey));
        secret(secrets.resolve(Credential.ISSUING_KEY), Pem.of(issuingKey));
        secret(secrets.resolve(Site.UPDATE_KEY), Pem.of(updateKey));
        secret(secrets.resolve(Site.OPERATOR_KEY), Pem.of(operatorKey));
        secret(secrets.resolve(Credential.ENROLMENT_SECRET), enrolmentSecret() + "\n");

        open(directory.resolve(Credential.ROOT_CERTIFICATE), Pem.of(root));
        open(directory.resolve(Credential.ISSUING_CERTIFICATE), Pem.of(issuing));
        open(directory.resolve(Site.UPDATE_CERTIFICATE), Pem.of(update));
        open(directory.resolve(Site.OPERATOR_CERTIFICATE), Pem.of(List.of(operator, issuing)));
        open(directory.resolve(Site.RWO_YAML), RwoYamlTemplate.of(name));
        open(
                directory.resolve(Site.DESCRIPTION),
                "# Written by './rwo site init'; not meant to be edited.\nformat: " + FORMAT + "\nname: " + name
                        + "\ncreated: " + created + "\n");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private X509Certificate authority(
            String title, PublicKey key, Duration lifetime, int pathLength, @Nullable X509Certificate parent) {
        Certificates.Issuer issuer = parent == null
                ? new Certificates.Issuer(authorityName(title), key, rootKey.getPrivate())
                : Certificates.Issuer.of(parent, rootKey.getPrivate());
        return Certificates.sign(
                new Certificates.Subject(
                        authorityName(title), key, created, created.plus(lifetime), pathLength, List.of(), null),
                issuer);
    }

    private X500Name authorityName(String title) {
        return Certificates.name(name, "authority", name + " " + title);
    }

    private X509Certificate leaf(
            String title,
            String unit,
            PublicKey key,
            Duration lifetime,
            KeyPurposeId purpose,
            Certificates.Issuer issuer) {
        return Certificates.sign(
                new Certificates.Subject(
                        Certificates.name(name, unit, name + " " + title),
                        key,
                        created,
                        created.plus(lifetime),
                        null,
                        List.of(purpose),
                        null),
                issuer);
    }

    private static String enrolmentSecret() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    private static void secret(Path file, String content) throws IOException {
        DurableFiles.write(file, content.getBytes(StandardCharsets.UTF_8), DurableFiles.PRIVATE);
    }

    private static void open(Path file, String content) throws IOException {
        DurableFiles.write(file, content.getBytes(StandardCharsets.UTF_8), DurableFiles.READABLE);
    }

    private static void removeIfThere(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
