package dev.rwo.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCertificatesTest {
    private static final Instant BIRTH = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    static Path home;

    private static Site site;

    @TempDir
    Path node;

    @BeforeAll
    static void makeASite() {
        site = Site.create(home.resolve("shop"), new SiteName("shop"), at(BIRTH));
    }

    @Test
    void aNodeIsKnownByItsNameItsAddressesAndItsId() throws Exception {
        X509Certificate leaf = issue(BIRTH.plus(Duration.ofDays(1))).leaf();
        assertThat(leaf.getSubjectAlternativeNames().stream()
                        .map(name -> String.valueOf(name.get(1)))
                        .toList())
                .containsExactly(
                        "till-1",
                        "till-1.local",
                        "localhost",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1",
                        "192.0.2.7",
                        "rwo://shop/node/0123abcd");
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=till-1,OU=node,O=shop");
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getSerialNumber().bitLength()).isBetween(64, 128);
    }

    @Test
    void itLivesThirtyDaysAndIsRenewedAfterAThird() {
        Instant now = BIRTH.plus(Duration.ofDays(1));
        NodeCertificate certificate = issue(now);
        assertThat(certificate.notBefore()).isEqualTo(now.minus(Duration.ofHours(1)));
        assertThat(certificate.notAfter()).isEqualTo(now.plus(Duration.ofDays(30)));
        assertThat(certificate.dueForRenewal(now)).isFalse();
        assertThat(certificate.dueForRenewal(now.plus(Duration.ofDays(9)))).isFalse();
        assertThat(certificate.dueForRenewal(now.plus(Duration.ofDays(11)))).isTrue();
        assertThat(certificate.dueForRenewal(now.plus(Duration.ofDays(100)))).isTrue();
    }

    @Test
    void aBoxWhoseClockStandsAtTheEpochGetsACertificateThatItsPeersAccept() {
        NodeCertificate certificate = issue(Instant.EPOCH);
        assertThat(certificate.notBefore()).isEqualTo(BIRTH);
        assertThat(certificate.notAfter()).isEqualTo(BIRTH.plus(Duration.ofDays(30)));
        assertThat(certificate.dueForRenewal(Instant.EPOCH)).isFalse();
        assertThat(certificate.dueForRenewal(BIRTH.plus(Duration.ofDays(200)))).isTrue();
    }

    @Test
    void aCertificateIssuedByAClockThatRanAheadIsRenewedOnceTheClockIsRight() {
        NodeCertificate certificate = issue(BIRTH.plus(Duration.ofDays(300)));
        assertThat(certificate.dueForRenewal(BIRTH.plus(Duration.ofDays(2)))).isTrue();
    }

    @Test
    void itNeverOutlivesItsAuthority() {
        Instant end = site.issuing().getNotAfter().toInstant();
        assertThat(issue(end.minus(Duration.ofDays(3))).notAfter()).isEqualTo(end);
        assertThatThrownBy(() -> issue(end))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("expired on " + end);
    }

    @Test
    void namesThatAreNoHostNamesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeCertificates.selfSigned(NodeKey.generate(), "till 1,OU=operator", at(BIRTH)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeCertificates.issue(
                        site.credential(), NodeKey.generate(), "../1", "till-1", site.name(), List.of(), at(BIRTH)));
    }

    @Test
    void keyAndCertificateAreKeptAcrossRestarts() throws Exception {
        Path file = node.resolve("pki/node.key");
        NodeKey key = NodeKey.readOrGenerate(file);
        NodeKey again = NodeKey.readOrGenerate(file);
        assertThat(again.publicKey()).isEqualTo(key.publicKey());
        assertThat(again.pem()).isEqualTo(key.pem());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        NodeCertificate certificate = issue(BIRTH);
        certificate.writeTo(node.resolve("pki/node.crt"));
        assertThat(NodeCertificate.read(node.resolve("pki/node.crt"))).isEqualTo(certificate);
    }

    @Test
    void aDamagedKeyIsReportedAndNotReplaced() throws Exception {
        Path file = Files.writeString(node.resolve("node.key"), "-----BEGIN PRIVATE KEY-----\nMIG");
        assertThatThrownBy(() -> NodeKey.readOrGenerate(file))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).content().contains("MIG");
    }

    @Test
    void aCertificateMatchesTheSiteAndTheKeyItWasIssuedFor() {
        NodeKey key = NodeKey.generate();
        NodeCertificate certificate =
                NodeCertificates.issue(site.credential(), key, "id", "till-1", site.name(), List.of(), at(BIRTH));
        Site other = Site.create(node.resolve("other"), new SiteName("other"), at(BIRTH));
        assertThat(certificate.matches(site.credential(), key)).isTrue();
        assertThat(certificate.matches(site.credential(), NodeKey.generate())).isFalse();
        assertThat(certificate.matches(other.credential(), key)).isFalse();
        assertThat(certificate.selfSigned()).isFalse();
        assertThat(NodeCertificates.selfSigned(key, "till-1", at(BIRTH)).selfSigned())
                .isTrue();
    }

    private static NodeCertificate issue(Instant now) {
        try {
            return NodeCertificates.issue(
                    site.credential(),
                    NodeKey.generate(),
                    "0123abcd",
                    "till-1",
                    site.name(),
                    List.of(InetAddress.getByName("192.0.2.7")),
                    at(now));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }
}
