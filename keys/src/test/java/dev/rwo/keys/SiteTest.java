package dev.rwo.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteTest {
    private static final Instant BIRTH = Instant.parse("2026-03-01T10:00:00Z");
    private static final Clock CLOCK = Clock.fixed(BIRTH, ZoneOffset.UTC);

    @TempDir
    Path home;

    @Test
    void aNewSiteHasItsAuthoritiesAndCanBeOpened() throws Exception {
        Site site = create("shop-17");

        assertThat(site.name()).isEqualTo(new SiteName("shop-17"));
        assertThat(site.created()).isEqualTo(BIRTH);
        assertThat(site.root().getBasicConstraints()).isEqualTo(1);
        assertThat(((ECPublicKey) site.root().getPublicKey())
                        .getParams()
                        .getOrder()
                        .bitLength())
                .isEqualTo(384);
        assertThat(site.issuing().getBasicConstraints()).isZero();
        assertThat(site.updateSigning().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.3");
        assertThat(site.updateSigning().getIssuerX500Principal())
                .isEqualTo(site.root().getSubjectX500Principal());
        assertThat(site.operator().leaf().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(site.operator().leaf().getSubjectX500Principal().getName()).contains("OU=operator");
        assertThat(site.rwoYaml()).content().contains("site: shop-17");
        assertThat(Site.open(home.resolve("shop-17"), CLOCK).root()).isEqualTo(site.root());
    }

    @Test
    void privateFilesAreForTheirOwnerOnly() throws IOException {
        Site site = create("shop");
        Path secrets = site.directory().resolve("private");
        assertThat(mode(secrets)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(secrets)) {
            assertThat(files.toList())
                    .hasSize(5)
                    .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
        }
    }

    @Test
    void everySiteHasKeysOfItsOwn() {
        assertThat(create("one").root().getPublicKey())
                .isNotEqualTo(create("other").root().getPublicKey());
    }

    @Test
    void anExistingSiteIsNotOverwritten() throws IOException {
        Site site = create("shop");
        byte[] key = Files.readAllBytes(site.privateFile("root-ca.key"));
        assertThatThrownBy(() -> create("shop"))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("exists and is not overwritten");
        assertThat(site.privateFile("root-ca.key")).hasBinaryContent(key);
    }

    @Test
    void anEmptyDirectoryIsNotTakenOverEither() throws IOException {
        Files.createDirectory(home.resolve("shop"));
        assertThatThrownBy(() -> create("shop")).isInstanceOf(SiteException.class);
    }

    @Test
    void aSiteThatCannotBeMadeLeavesNothingBehind() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");
        assertThatThrownBy(() -> Site.create(file.resolve("shop"), new SiteName("shop"), CLOCK))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("cannot make the site");
        // A clock out of the range of X.509 fails after keys were made and files begun.
        assertThatThrownBy(() ->
                Site.create(home.resolve("late"), new SiteName("late"), Clock.fixed(Instant.MAX, ZoneOffset.UTC)));
        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void aFolderThatIsNoSiteIsNamed() {
        assertThatThrownBy(() -> Site.open(home, CLOCK))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining(home + " is not a site directory")
                .hasMessageContaining("./rwo site init");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Site site = create("shop");
        Files.delete(site.directory().resolve("issuing-ca.crt"));
        assertUnusable(site, CLOCK, "issuing-ca.crt is missing");
        Files.delete(site.privateFile("enrolment-secret"));
        assertUnusable(site, CLOCK, "enrolment-secret is missing; restore it from your backup");
    }

    @Test
    void aKeyThatOthersCanReadIsRefusedWithTheCure() throws IOException {
        Site site = create("shop");
        Path key = site.privateFile("update-signing.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertUnusable(site, CLOCK, "run: chmod 600 " + key);
    }

    @Test
    void aCertificateOfAnotherSiteIsRefused() throws IOException {
        Site site = create("shop");
        Site other = create("other");
        for (String file : List.of("issuing-ca.crt", "update-signing.crt", "operator.crt")) {
            Path mine = site.directory().resolve(file);
            byte[] saved = Files.readAllBytes(mine);
            Files.copy(other.directory().resolve(file), mine, StandardCopyOption.REPLACE_EXISTING);
            assertUnusable(site, CLOCK, "was not signed by");
            Files.write(mine, saved);
        }
        Site.open(site.directory(), CLOCK);
    }

    @Test
    void anExpiredCertificateIsNamedWithItsDates() {
        Site site = create("shop");
        assertUnusable(
                site, Clock.offset(CLOCK, Duration.ofDays(366)), "operator.crt is valid from 2026-03-01T10:00:00Z");
        assertUnusable(site, Clock.offset(CLOCK, Duration.ofDays(-1)), "if the clock is right");
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Site site = create("shop");
        Files.writeString(site.directory().resolve("root-ca.crt"), "-----BEGIN CERTIFICATE-----\nMIIB");
        assertUnusable(site, CLOCK, "root-ca.crt is not a certificate in PEM: cut short");
        Files.writeString(site.directory().resolve("site.yaml"), "format: 9\n");
        assertUnusable(site, CLOCK, "is of format 9");
    }

    @Test
    void opensslAgreesWithTheCertificates() throws Exception {
        Path openssl = Path.of("/usr/bin/openssl");
        assumeTrue(Files.isExecutable(openssl), "openssl is not installed; apt-get install openssl to run this test");
        Site site = Site.create(home.resolve("shop"), new SiteName("shop"), Clock.systemUTC());
        Path node = home.resolve("node.crt");
        NodeCertificates.issue(
                        site.credential(),
                        NodeKey.generate(),
                        "id-1",
                        "node-1",
                        site.name(),
                        List.of(),
                        Clock.systemUTC())
                .writeTo(node);
        Path root = site.directory().resolve("root-ca.crt");
        Path issuing = site.directory().resolve("issuing-ca.crt");

        for (String purpose : List.of("sslserver", "sslclient")) {
            assertSucceeds(
                    openssl,
                    "verify",
                    "-x509_strict",
                    "-purpose",
                    purpose,
                    "-CAfile",
                    root,
                    "-untrusted",
                    issuing,
                    node);
        }
        assertSucceeds(
                openssl,
                "verify",
                "-x509_strict",
                "-purpose",
                "sslclient",
                "-CAfile",
                root,
                "-untrusted",
                issuing,
                site.directory().resolve("operator.crt"));
        assertSucceeds(
                openssl,
                "verify",
                "-x509_strict",
                "-CAfile",
                root,
                site.directory().resolve("update-signing.crt"));
        assertSucceeds(openssl, "pkey", "-check", "-noout", "-in", site.privateFile("root-ca.key"));
    }

    private static void assertSucceeds(Object... command) throws Exception {
        Process process = new ProcessBuilder(
                        Stream.of(command).map(Object::toString).toList())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static void assertUnusable(Site site, Clock clock, String message) {
        assertThatThrownBy(() -> Site.open(site.directory(), clock))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private Site create(String name) {
        return Site.create(home.resolve(name), new SiteName(name), CLOCK);
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
