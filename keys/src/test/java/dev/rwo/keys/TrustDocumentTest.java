package dev.rwo.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.keys.PeerVerdict.Reason;
import dev.rwo.keys.TrustDocument.GossipKey;
import dev.rwo.keys.TrustDocument.TrustedRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustDocumentTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    static Path home;

    private static Site shop;
    private static Site other;
    private static Credential credential;
    private static TrustDocument first;

    @BeforeAll
    static void makeSites() {
        shop = Site.create(home.resolve("shop"), new SiteName("shop"), at(START));
        other = Site.create(home.resolve("other"), new SiteName("other"), at(START));
        credential = shop.credential();
        first = TrustDocument.initial(credential);
    }

    private static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    private static NodeCertificate node(Credential issuer, NodeKey key, String id, Instant now) {
        return NodeCertificates.issue(issuer, key, id, "till-1", issuer.site(), List.of(), at(now));
    }

    private static Reason refused(TrustDocument document, NodeCertificate certificate, Instant now) {
        PeerVerdict verdict = SiteTrust.of(document).judge(certificate.chain(), now);
        assertThat(verdict).isInstanceOf(PeerVerdict.Refused.class);
        assertThat(((PeerVerdict.Refused) verdict).line()).doesNotContain("\n").hasSizeLessThan(400);
        return ((PeerVerdict.Refused) verdict).reason();
    }

    @Test
    void everyBoxOfAnImageHasTheSameFirstGossipKeyWithoutAnExchange() throws Exception {
        shop.credential().writeTo(home.resolve("box"));
        assertThat(TrustDocument.initial(Credential.read(home.resolve("box")))).isEqualTo(first);
        assertThat(first.gossipKeys())
                .hasSize(1)
                .isNotEqualTo(TrustDocument.initial(other.credential()).gossipKeys());
        assertThat(first.toString())
                .doesNotContain(first.gossipKeys().getFirst().secret());
    }

    @Test
    void aDocumentIsReadBackAsItWasWritten() throws Exception {
        NodeKey key = NodeKey.generate();
        TrustDocument rich = first.installGossipKey()
                .withRevoked(new RevokedNode("id-1", "till-9", Fingerprint.of(key.publicKey()), START))
                .withIssuing(credential.sealed(), credential.issuing())
                .signed(7, credential);
        assertThat(TrustDocument.parse(rich.toJson())).isEqualTo(rich);
        first.requireSuccessor(TrustDocument.parse(rich.toJson()));
    }

    @Test
    void noChangeOfAByteIsTakenOverAndNothingButTheOneExceptionIsThrown() {
        byte[] good = first.installGossipKey()
                .withRevoked(new RevokedNode("id-1", "till-9", null, START))
                .signed(1, credential)
                .toJson();
        Random random = new Random(4);
        int read = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] bad = good.clone();
            switch (round % 3) {
                case 0 -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bad = Arrays.copyOf(bad, random.nextInt(bad.length));
                default -> bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                TrustDocument document = TrustDocument.parse(bad);
                read++;
                if (!Arrays.equals(document.toJson(), good)) {
                    first.requireSuccessor(document);
                    throw new AssertionError("taken over: " + new String(bad, StandardCharsets.UTF_8));
                }
            } catch (TrustException expected) {
                assertThat(expected.getMessage()).doesNotContain("\n");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void aSignatureIsTakenInOneSpellingOnly() {
        TrustDocument padded = LongStream.rangeClosed(1, 100)
                .mapToObj(version -> first.signed(version, credential))
                .filter(document -> document.signature().endsWith("="))
                .findFirst()
                .orElseThrow();
        String signature = padded.signature();
        int last = signature.indexOf('=') - 1;
        String respelled =
                signature.substring(0, last) + (char) (signature.charAt(last) + 1) + signature.substring(last + 1);
        assertThat(Base64.getDecoder().decode(respelled))
                .isEqualTo(Base64.getDecoder().decode(signature));

        String json = new String(padded.toJson(), StandardCharsets.UTF_8).replace(signature, respelled);
        assertThatThrownBy(() -> TrustDocument.parse(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining("signature");
    }

    @Test
    void whatIsNotUnderstoodIsNotTrusted() {
        String good = new String(first.toJson(), StandardCharsets.UTF_8);
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{}",
                good + "{}",
                good.replace("\"version\":0", "\"version\":-1"),
                good.replace("\"version\":0", "\"version\":1e3"),
                good.replace("\"version\":0", "\"version\":99999999999999999999"),
                good.replace("\"format\":1", "\"format\":2"),
                good.replace("\"site\":\"shop\"", "\"site\":\"../shop\""),
                good.replace(
                        "\"revoked\":[]", "\"revoked\":[{\"id\":\"\\n\",\"name\":\"\",\"key\":\"\",\"at\":\"x\"}]"),
                good.replace("\"revoked\":[]", "\"revoked\":[],\"extra\":1"),
                "[".repeat(100_000),
                "{\"site\":\"" + "x".repeat(300_000) + "\"}")) {
            assertThatThrownBy(() -> TrustDocument.parse(bad.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(TrustException.class);
        }
    }

    @Test
    void onlyANewerDocumentOfThisSiteSignedByItsAuthorityIsTakenOver() throws Exception {
        TrustDocument second = first.installGossipKey().signed(2, credential);
        first.requireSuccessor(second);
        assertThatThrownBy(() -> second.requireSuccessor(first.signed(2, credential)))
                .hasMessageContaining("not newer");
        assertThatThrownBy(() -> second.requireSuccessor(first)).isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> first.requireSuccessor(
                        TrustDocument.initial(other.credential()).signed(3, other.credential())))
                .hasMessageContaining("of site other");
        assertThatThrownBy(() -> first.requireSuccessor(first.signed(3, other.credential())))
                .hasMessageContaining("not signed by an authority");
        assertThatThrownBy(() -> first.requireSuccessor(first.signed(Long.MAX_VALUE, credential)))
                .hasMessageContaining("out of all order");
    }

    @Test
    void aNodeOfTheSiteIsAcceptedByItsIdAndAnOperatorByItsUnit() {
        NodeKey key = NodeKey.generate();
        assertThat(SiteTrust.of(first)
                        .judge(node(credential, key, "id-1", START).chain(), START))
                .isEqualTo(new PeerVerdict.Accepted(
                        PeerVerdict.Role.NODE, "id-1", "till-1", Fingerprint.of(key.publicKey())));
        assertThat(SiteTrust.of(first).judge(shop.operator().chain(), START))
                .isInstanceOfSatisfying(
                        PeerVerdict.Accepted.class,
                        accepted -> assertThat(accepted.role()).isEqualTo(PeerVerdict.Role.OPERATOR));
    }

    @Test
    void eachRefusalHasItsReason() {
        NodeKey key = NodeKey.generate();
        NodeCertificate good = node(credential, key, "id-1", START);
        assertThat(refused(first, node(other.credential(), key, "id-1", START), START))
                .isEqualTo(Reason.OTHER_SITE);
        assertThat(refused(first, good, START.plus(Duration.ofDays(31)))).isEqualTo(Reason.EXPIRED);
        assertThat(refused(first, good, START.plus(Duration.ofDays(365 * 30)))).isEqualTo(Reason.EXPIRED);
        assertThat(refused(first, good, START.minus(Duration.ofDays(365 * 3)))).isEqualTo(Reason.NOT_YET_VALID);
        assertThat(refused(first, NodeCertificates.selfSigned(key, "till-1", at(START)), START))
                .isEqualTo(Reason.OTHER_SITE);
        RevokedNode byId = new RevokedNode("id-1", "till-1", null, START);
        assertThat(refused(first.withRevoked(byId), good, START)).isEqualTo(Reason.REVOKED);
        RevokedNode byKey = new RevokedNode("another", "till-1", Fingerprint.of(key.publicKey()), START);
        assertThat(refused(first.withRevoked(byKey), good, START)).isEqualTo(Reason.REVOKED);
        assertThat(SiteTrust.of(first).judge(List.of(), START)).isInstanceOf(PeerVerdict.Refused.class);
        assertThat(SiteTrust.of(first.withRevoked(byId).withPardoned("id-1")).judge(good.chain(), START))
                .isInstanceOf(PeerVerdict.Accepted.class);
    }

    @Test
    void aNodeCannotActAsAnAuthority() {
        NodeKey stolen = NodeKey.generate();
        NodeCertificate good = node(credential, stolen, "id-1", START);
        NodeCertificate forged = NodeCertificates.selfSigned(NodeKey.generate(), "till-2", at(START));
        assertThat(refused(
                        first,
                        new NodeCertificate(
                                List.of(forged.leaf(), good.leaf(), good.chain().get(1))),
                        START))
                .isEqualTo(Reason.OTHER_SITE);
    }

    @Test
    void aNewIssuingAuthorityTravelsSealedAndTheOldOneEndsUpDistrusted() throws Exception {
        Site moved = Site.create(home.resolve("moved"), new SiteName("moved"), at(START));
        Credential old = moved.credential();
        TrustDocument initial = TrustDocument.initial(old);
        Instant later = START.plus(Duration.ofDays(100));
        SiteRenewal renewal = SiteRenewal.prepare(moved, SiteRenewal.Kind.ISSUING, at(later));
        TrustDocument installed =
                initial.withIssuing(renewal.sealed(), old.issuing()).signed(1, old);
        initial.requireSuccessor(installed);
        Credential next = old.after(installed);
        assertThat(next.issuing()).isNotEqualTo(old.issuing());
        assertThat(other.credential().canOpen(renewal.sealed())).isFalse();
        NodeKey key = NodeKey.generate();
        NodeCertificate before = node(old, key, "id-1", later);
        NodeCertificate after = node(next, key, "id-1", later);
        assertThat(SiteTrust.of(installed).judge(before.chain(), later)).isInstanceOf(PeerVerdict.Accepted.class);
        assertThat(SiteTrust.of(installed).judge(after.chain(), later)).isInstanceOf(PeerVerdict.Accepted.class);
        TrustDocument finished = installed.withoutRetiring().signed(2, next);
        installed.requireSuccessor(finished);
        assertThat(refused(finished, before, later)).isEqualTo(Reason.AUTHORITY_REVOKED);
        assertThat(SiteTrust.of(finished).judge(after.chain(), later)).isInstanceOf(PeerVerdict.Accepted.class);
        assertThatThrownBy(() -> finished.requireSuccessor(finished.signed(3, old)))
                .hasMessageContaining("authority that was revoked");
        renewal.apply();
        Site reopened = Site.open(moved.directory(), at(later));
        assertThat(reopened.issuing()).isEqualTo(next.issuing());
        assertThat(SiteTrust.of(finished).judge(reopened.operator().chain(), later))
                .isInstanceOf(PeerVerdict.Accepted.class);
    }

    @Test
    void aNodeThatWasOffWhileTheRootChangedStillFindsBack() throws Exception {
        Site moved = Site.create(home.resolve("rooted"), new SiteName("rooted"), at(START));
        Credential old = moved.credential();
        TrustDocument initial = TrustDocument.initial(old);
        Instant later = START.plus(Duration.ofDays(100));
        SiteRenewal renewal = SiteRenewal.prepare(moved, SiteRenewal.Kind.ROOT, at(later));
        TrustDocument both = initial.withRoot(TrustedRoot.of(renewal.rootPem(), renewal.endorsement()))
                .withIssuing(renewal.sealed(), old.issuing())
                .signed(1, old);
        initial.requireSuccessor(both);
        Credential next = old.after(both);
        TrustDocument finished = both.withoutRetiring().signed(2, next);
        assertThat(finished.roots()).hasSize(1);
        assertThat(finished.rootCertificates()).doesNotContain(old.root());
        both.requireSuccessor(finished);
        initial.requireSuccessor(finished);
        NodeKey key = NodeKey.generate();
        assertThat(refused(finished, node(old, key, "id-1", later), later)).isEqualTo(Reason.OTHER_SITE);
        assertThatThrownBy(() -> initial.withRoot(new TrustedRoot(other.root(), renewal.endorsement())))
                .isInstanceOf(TrustException.class);
        renewal.apply();
        assertThat(Site.open(moved.directory(), at(later)).root()).isEqualTo(next.root());
    }

    @Test
    void aRenewalThatPowerCutWhileItWasAppliedIsFinishedWhenTheSiteIsOpened() throws Exception {
        Site moved = Site.create(home.resolve("cut"), new SiteName("cut"), at(START));
        SiteRenewal renewal = SiteRenewal.prepare(moved, SiteRenewal.Kind.ISSUING, at(START.plusSeconds(60)));
        TrustDocument.SealedAuthority made = renewal.sealed();
        Files.move(moved.privateFile("next"), moved.privateFile("applying"));
        Site reopened = Site.open(moved.directory(), at(START.plusSeconds(120)));
        assertThat(reopened.credential().canOpen(made)).isTrue();
        assertThat(reopened.issuing()).isEqualTo(made.certificate());
        assertThat(moved.privateFile("applying")).doesNotExist();
    }

    @Test
    void theRotationOfGossipKeysKeepsTheKeyInUseUntilAllHaveTheNewOne() {
        GossipKey before = first.gossipKeys().getFirst();
        TrustDocument installed = first.installGossipKey();
        assertThat(installed.gossipKeys().getFirst()).isEqualTo(before);
        assertThat(installed.newestGossipKeyIsUsed()).isFalse();
        TrustDocument used = installed.useNewestGossipKey();
        assertThat(used.newestGossipKeyIsUsed()).isTrue();
        assertThat(used.gossipKeys()).contains(before).hasSize(2);
        assertThat(used.removeOldGossipKeys().gossipKeys()).hasSize(1).doesNotContain(before);
    }

    @Test
    void aRequestIsProvedOnlyForItsNumberItsServerAndItsSecret() {
        NodeKey key = NodeKey.generate();
        CertificateRequest request =
                CertificateRequest.parse(CertificateRequest.of(key).encoded());
        assertThat(request.key()).isEqualTo(key.publicKey());
        String secret = shop.joinCredential().joinSecret();
        String proof = request.proof(secret, "n1", shop.issuing());
        assertThat(request.isProved(proof, credential.joinSecret(), "n1", shop.issuing()))
                .isTrue();
        assertThat(request.isProved(proof, secret, "n2", shop.issuing())).isFalse();
        assertThat(request.isProved(proof, secret, "n1", other.issuing())).isFalse();
        assertThat(request.isProved(proof, other.credential().joinSecret(), "n1", shop.issuing()))
                .isFalse();
        assertThat(CertificateRequest.of(NodeKey.generate()).isProved(proof, secret, "n1", shop.issuing()))
                .isFalse();
        assertThat(request.code()).hasSize(6);
    }

    @Test
    void bytesThatAreNoRequestThrowNothingButTheOneException() {
        byte[] good = java.util.Base64.getDecoder()
                .decode(CertificateRequest.of(NodeKey.generate()).encoded());
        Random random = new Random(7);
        for (int round = 0; round < 1000; round++) {
            byte[] bad = round % 2 == 0 ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length));
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            }
            String text = java.util.Base64.getEncoder().encodeToString(bad);
            try {
                assertThat(CertificateRequest.parse(text).key()).isNotNull();
            } catch (CredentialException expected) {
                assertThat(expected.getMessage()).doesNotContain("\n");
            }
        }
    }

    @Test
    void aJoinCredentialHoldsNothingThatIssues() throws Exception {
        Path folder = Files.createDirectories(home.resolve("join"));
        for (var file : shop.joinCredential().files().entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        assertThat(JoinCredential.read(folder)).isEqualTo(shop.joinCredential());
        assertThat(shop.joinCredential().files().keySet()).containsExactly("site-name", "root-ca.crt", "join-secret");
        assertThat(shop.joinCredential().toString())
                .doesNotContain(shop.joinCredential().joinSecret());
        Files.writeString(folder.resolve("join-secret"), "short");
        assertThatThrownBy(() -> JoinCredential.read(folder)).isInstanceOf(CredentialException.class);
    }
}
