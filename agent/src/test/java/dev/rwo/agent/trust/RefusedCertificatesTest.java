package dev.rwo.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.PeerVerdict;
import dev.rwo.keys.RevokedNode;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused in a handshake, and in each request after it, is counted by its reason. */
class RefusedCertificatesTest {

    private static final Clock CLOCK = Clock.systemUTC();
    private static final Clock LAST_YEAR = Clock.offset(CLOCK, Duration.ofDays(-365));

    @TempDir
    Path home;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Site site;
    private TrustStore store;
    private Consumer<PeerVerdict> counted = verdict -> {};

    @BeforeEach
    void openANode() {
        site = Site.create(home.resolve("site"), new SiteName("shop"), LAST_YEAR);
        NodeLayout layout = new NodeLayout(home.resolve("node"));
        site.credential().writeTo(layout.pki());
        NodeCertificates.issue(
                        site.credential(),
                        NodeKey.readOrGenerate(layout.nodeKey()),
                        "id-0",
                        "till-0",
                        site.name(),
                        List.of(),
                        CLOCK)
                .writeTo(layout.nodeCertificate());
        store = TrustStore.open(layout, CLOCK);
        counted = store.counting(meters);
    }

    private static List<X509Certificate> chain(Site of, String id, Clock issued) {
        return NodeCertificates.issue(of.credential(), NodeKey.generate(), id, "till-1", of.name(), List.of(), issued)
                .chain();
    }

    private void handshake(List<X509Certificate> shown) throws CertificateException {
        store.trustManager().checkClientTrusted(shown.toArray(new X509Certificate[0]), "UNKNOWN");
    }

    private SecurityIdentity request(List<X509Certificate> shown) {
        SecurityIdentity identity = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal("anybody"))
                .build();
        PeerRoles roles = new PeerRoles(store::trust, () -> "id-0", CLOCK, counted);
        return roles.judge(identity, shown).await().atMost(Duration.ofSeconds(5));
    }

    private double refused(String reason) {
        return meters.counter("rwo.peer.refused", "reason", reason).count();
    }

    private void assertCounted(String reason, List<X509Certificate> shown) {
        assertThatThrownBy(() -> handshake(shown)).isInstanceOf(CertificateException.class);
        assertThat(refused(reason)).isEqualTo(1);
        assertThatThrownBy(() -> request(shown)).isInstanceOf(AuthenticationFailedException.class);
        assertThat(refused(reason)).isEqualTo(2);
        assertThat(meters.getMeters()).hasSize(1);
    }

    @Test
    void aNodeOfThisSiteIsNotCounted() throws Exception {
        handshake(chain(site, "id-1", CLOCK));
        assertThat(request(chain(site, "id-1", CLOCK)).getRoles()).containsExactly("node");
        assertThat(meters.getMeters()).isEmpty();
    }

    @Test
    void onlyTheNodesOwnCertificateIsSelf() {
        assertThat(request(chain(site, "id-0", CLOCK)).getRoles()).containsExactlyInAnyOrder("node", PeerRoles.SELF);
    }

    @Test
    void aBoxOfAnotherSiteIsCounted() {
        Site other = Site.create(home.resolve("other"), new SiteName("other-shop"), LAST_YEAR);
        assertCounted("other-site", chain(other, "id-1", CLOCK));
    }

    @Test
    void anExpiredCertificateIsCounted() {
        assertCounted("expired", chain(site, "id-1", Clock.offset(CLOCK, Duration.ofDays(-60))));
    }

    @Test
    void aCertificateFromTheFutureIsCounted() {
        assertCounted("not-yet-valid", chain(site, "id-1", Clock.offset(CLOCK, Duration.ofDays(2))));
    }

    @Test
    void aRevokedNodeIsCounted() throws Exception {
        RevokedNode gone = new RevokedNode("id-1", "till-1", null, CLOCK.instant());
        store.absorb(store.document().orElseThrow().withRevoked(gone).signed(1, site.credential()));
        assertCounted("revoked", chain(site, "id-1", CLOCK));
    }
}
