package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.config.HostName;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.firstboot.config.NodeConfigReader;
import dev.rwo.keys.Credential;
import dev.rwo.keys.JoinCredential;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {

    private static final String MACHINE = "0123456789abcdef0123456789abcdef";
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    static Path sites;

    private static Credential credential;

    @TempDir
    Path root;

    private NodeLayout layout;
    private Clock clock = Clock.fixed(START, ZoneOffset.UTC);

    @BeforeAll
    static void makeASite() {
        Clock then = Clock.fixed(START.minus(Duration.ofDays(1)), ZoneOffset.UTC);
        credential =
                Site.create(sites.resolve("one"), new SiteName("shop-17"), then).credential();
    }

    @BeforeEach
    void makeAMachine() {
        layout = new NodeLayout(root);
        Tree.write(layout.machineId(), MACHINE + "\n");
    }

    private IdentityResult run(String yaml) {
        NodeConfig config = NodeConfigReader.read("rwo.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .config();
        return Identity.loadOrCreate(layout, config, clock);
    }

    private IdentityResult run() {
        return run("# defaults\n");
    }

    private NodeCertificate certificate() {
        return NodeCertificate.read(layout.nodeCertificate());
    }

    @Test
    void onASystemThatIsNotOursAMissingCredentialIsToldWithThePlaceForIt() {
        layout = new NodeLayout(layout.root(), false);
        assertThat(run().finding().reason())
                .isEqualTo("no site credential in " + layout.state() + "/seed: this box has no site yet");
    }

    @Test
    void aBoxWithoutCredentialHasANameAndACertificateButNoSite() {
        IdentityResult result = run();
        Identity identity = result.identity();
        assertThat(identity.name().value())
                .isEqualTo("rwo-" + identity.id().toString().substring(0, 6));
        assertThat(identity.site()).isNull();
        assertThat(identity.createdAt()).isEqualTo(START);
        assertThat(identity.id().version()).isEqualTo(8);
        assertThat(identity.id().variant()).isEqualTo(2);
        assertThat(result.finding())
                .isEqualTo(new StageFinding(
                        Stage.IDENTITY,
                        StageState.DEGRADED,
                        "no site credential on the seed: this box has no site yet",
                        "copy the site's credential folder to the seed and restart"));
        assertThat(certificate().selfSigned()).isTrue();
        assertThat(Tree.mode(layout.nodeKey())).isEqualTo("rw-------");
        assertThat(Tree.mode(layout.identity())).isEqualTo("rw-------");
    }

    @Test
    void theMachineIdItselfIsNotShown() {
        assertThat(run().identity().id().toString().replace("-", "")).isNotEqualTo(MACHINE);
    }

    @Test
    void aSecondStartChangesNothing() throws IOException {
        credential.writeTo(layout.pki());
        Identity first = run().identity();
        SortedMap<String, String> before = Tree.marks(layout.state());
        IdentityResult second = run();
        assertThat(second.identity()).isEqualTo(first);
        assertThat(second.events()).isEmpty();
        assertThat(Tree.marks(layout.state())).isEqualTo(before);
    }

    @Test
    void aNewKeyThatOthersSignedForKeepsItsCertificateThroughAPowerCut() throws IOException {
        JoinCredential join = new JoinCredential(credential.site(), credential.root(), credential.joinSecret());
        for (Map.Entry<String, byte[]> file : join.files().entrySet()) {
            Tree.write(layout.pki().resolve(file.getKey()), new String(file.getValue(), StandardCharsets.UTF_8));
        }
        NodeKey before = NodeKey.readOrGenerate(layout.nodeKey());
        signed(before).writeTo(layout.nodeCertificate());
        NodeKey next = NodeKey.generate();
        signed(next).writeTo(layout.nextCertificate());
        run();
        assertThat(certificate().leaf().getPublicKey())
                .as("the key itself is not in force yet")
                .isEqualTo(before.publicKey());
        Files.writeString(layout.nodeKey(), next.pem());
        run();
        assertThat(certificate().leaf().getPublicKey()).isEqualTo(next.publicKey());
        assertThat(certificate().selfSigned()).isFalse();
    }

    private NodeCertificate signed(NodeKey key) {
        return NodeCertificates.issue(credential, key, "id-1", "till-1", credential.site(), List.of(), clock);
    }

    @Test
    void aCredentialMakesTheBoxAMemberOfItsSite() {
        Identity before = run().identity();
        credential.writeTo(layout.pki());
        IdentityResult result = run();
        assertThat(result.identity().id()).isEqualTo(before.id());
        assertThat(result.identity().site()).isEqualTo(new SiteName("shop-17"));
        assertThat(result.finding().state()).isEqualTo(StageState.DONE);
        assertThat(certificate().selfSigned()).isFalse();
        assertThat(certificate().leaf().getIssuerX500Principal())
                .isEqualTo(credential.issuing().getSubjectX500Principal());
    }

    @Test
    void aNewNameGivesANewCertificateAndTheSameNode() {
        credential.writeTo(layout.pki());
        Identity before = run().identity();
        IdentityResult result = run("node:\n  name: till-1\n");
        assertThat(result.identity().id()).isEqualTo(before.id());
        assertThat(result.identity().name()).isEqualTo(new HostName("till-1"));
        assertThat(certificate().leaf().getSubjectX500Principal().getName()).contains("CN=till-1");
        assertThat(run().identity().name()).isEqualTo(before.name());
    }

    @Test
    void aCertificateIsRenewedAfterAThirdOfItsLife() {
        credential.writeTo(layout.pki());
        run();
        Instant first = certificate().notAfter();
        clock = Clock.fixed(START.plus(Duration.ofDays(9)), ZoneOffset.UTC);
        assertThat(run().events()).isEmpty();
        clock = Clock.fixed(START.plus(Duration.ofDays(11)), ZoneOffset.UTC);
        assertThat(run().events()).singleElement().asString().endsWith("a third of its life is over");
        assertThat(certificate().notAfter()).isAfter(first);
    }

    @Test
    void aNewAddressGivesANewCertificateAndAnOldOneDoesNoHarm() {
        credential.writeTo(layout.pki());
        InetAddress first = InetAddress.ofLiteral("192.0.2.10");
        InetAddress second = InetAddress.ofLiteral("198.51.100.7");
        Identity.loadOrCreate(layout, NodeConfig.DEFAULT, List.of(first, second), clock);
        assertThat(certificate().names(first)).isTrue();
        NodeCertificate before = certificate();
        assertThat(Identity.loadOrCreate(layout, NodeConfig.DEFAULT, List.of(second), clock)
                        .events())
                .isEmpty();
        assertThat(certificate()).isEqualTo(before);
        assertThat(Identity.loadOrCreate(
                                layout, NodeConfig.DEFAULT, List.of(InetAddress.ofLiteral("192.0.2.11")), clock)
                        .events())
                .anyMatch(event -> event.contains("the node is now at 192.0.2.11"));
    }

    @Test
    void anExpiredAuthorityIsNamedWithItsDate() {
        credential.writeTo(layout.pki());
        Instant end = credential.issuing().getNotAfter().toInstant();
        clock = Clock.fixed(end.minus(Duration.ofSeconds(10)), ZoneOffset.UTC);
        run();
        clock = Clock.fixed(end.plus(Duration.ofSeconds(10)), ZoneOffset.UTC);
        IdentityResult result = run();
        assertThat(result.finding().state()).isEqualTo(StageState.FAILED);
        assertThat(result.finding().reason()).contains("expired on");
    }

    @Test
    void aDamagedCredentialLeavesTheValidCertificateInPlace() {
        credential.writeTo(layout.pki());
        run();
        String before = certificate().pem();
        Tree.write(layout.pki().resolve("issuing-ca.key"), "damaged");
        clock = Clock.fixed(START.plus(Duration.ofDays(11)), ZoneOffset.UTC);
        IdentityResult result = run();
        assertThat(result.finding().state()).isEqualTo(StageState.DEGRADED);
        assertThat(result.finding().reason()).startsWith("the certificate cannot be renewed: ");
        assertThat(certificate().pem()).isEqualTo(before);
    }

    @Test
    void aDamagedIdentityIsSetAsideAndTheNodeIsTheSame() {
        Identity before = run().identity();
        Tree.write(layout.identity(), "{\"id\": \"01");
        IdentityResult result = run();
        assertThat(result.identity()).isEqualTo(before);
        assertThat(layout.identity().resolveSibling("identity.json.damaged-1")).hasContent("{\"id\": \"01");
        assertThat(result.events().getFirst()).contains("is damaged");
        Tree.write(layout.identity(), "[]");
        assertThat(run().identity()).isEqualTo(before);
        assertThat(layout.identity().resolveSibling("identity.json.damaged-2")).exists();
    }

    @Test
    void aDamagedKeyIsSetAsideAndTheNodeGetsACertificateForANewOne() {
        credential.writeTo(layout.pki());
        run();
        Tree.write(layout.nodeKey(), "");
        IdentityResult result = run();
        assertThat(result.finding().state()).isEqualTo(StageState.DONE);
        assertThat(layout.pki().resolve("node.key.damaged-1")).exists();
        assertThat(run().events()).isEmpty();
    }

    @Test
    void aDamagedCertificateIsIssuedAnew() {
        credential.writeTo(layout.pki());
        run();
        Tree.write(layout.nodeCertificate(), "-----BEGIN CERTIFICATE-----\nMII");
        assertThat(run().finding().state()).isEqualTo(StageState.DONE);
        assertThat(certificate().selfSigned()).isFalse();
    }

    @Test
    void theSiteOfTheCredentialCountsAndTheOtherIsNamed() {
        credential.writeTo(layout.pki());
        IdentityResult result = run("site: shop-18\n");
        assertThat(result.identity().site()).isEqualTo(new SiteName("shop-17"));
        assertThat(result.finding().state()).isEqualTo(StageState.DEGRADED);
        assertThat(result.finding().reason())
                .isEqualTo("rwo.yaml says site shop-18, but the credential is of shop-17, which counts");
    }

    @Test
    void aSiteWithoutCredentialCannotBeProved() {
        IdentityResult result = run("site: shop-18\n");
        assertThat(result.identity().site()).isEqualTo(new SiteName("shop-18"));
        assertThat(result.finding().reason())
                .isEqualTo("no site credential on the seed: it cannot prove that it is of shop-18");
    }

    @Test
    void theLiveMachineIdServesWhereTheKeptOneIsMissing() throws IOException {
        Identity before = run().identity();
        new AtomicFiles().delete(layout.state());
        Tree.write(layout.liveMachineId(), MACHINE + "\n");
        assertThat(run().identity().id()).isEqualTo(before.id());
    }

    @Test
    void withoutAnyMachineIdOneIsMadeAndKept() throws IOException {
        Files.delete(layout.machineId());
        Tree.write(layout.liveMachineId(), "uninitialized\n");
        IdentityResult result = run();
        assertThat(result.finding().state()).isEqualTo(StageState.DEGRADED);
        Files.delete(layout.identity());
        assertThat(run().identity().id()).isEqualTo(result.identity().id());
    }

    @Test
    void aFullDiskIsSaidAndTheNodeStillKnowsItself() {
        IdentityResult result = new IdentityKeeper(
                        layout,
                        NodeConfig.DEFAULT,
                        List.of(),
                        clock,
                        new AtomicFiles(new FailingDisk(FailingDisk.Failure.FULL, 1)))
                .run();
        assertThat(result.identity().id()).isEqualTo(run().identity().id());
        assertThat(result.finding().state()).isEqualTo(StageState.FAILED);
        assertThat(result.finding().reason()).contains("the disk is full");
    }
}
