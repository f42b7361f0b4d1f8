package dev.rwo.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes over loopback; the site's clock is injected and years away from this machine's. */
class SiteTrustHandshakeTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Instant BIRTH = Instant.parse("2020-03-01T10:00:00Z");

    @TempDir
    static Path home;

    private static Site shop;
    private static Site other;
    private static final NodeKey SERVER_KEY = NodeKey.generate();
    private static final NodeKey KEY = NodeKey.generate();

    private final AtomicReference<Instant> now = new AtomicReference<>(BIRTH.plus(Duration.ofDays(1)));
    private final AtomicReference<TrustDocument> document = new AtomicReference<>();
    private final AtomicReference<List<PeerVerdict>> seen = new AtomicReference<>(List.of());

    @BeforeAll
    static void makeSites() {
        shop = Site.create(home.resolve("shop"), new SiteName("shop"), at(BIRTH));
        other = Site.create(home.resolve("other"), new SiteName("other"), at(BIRTH));
    }

    @BeforeEach
    void startWithTheFirstDocument() {
        document.set(TrustDocument.initial(shop.credential()));
    }

    private static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    private static NodeCertificate issue(Credential issuer, NodeKey key, String id, Instant time) {
        return NodeCertificates.issue(issuer, key, id, id, issuer.site(), List.of(), at(time));
    }

    private SSLContext context(NodeKey key, NodeCertificate shown) {
        return Tls.following(
                () -> new Tls.Own(key.privateKey(), shown.chain()),
                new SiteTrustManager(() -> SiteTrust.of(document.get()), now::get, this::see));
    }

    /** What the server says of a client that shows this; the client accepts every server. */
    private PeerVerdict.Reason reasonFor(Credential issuer, Instant issued) throws Exception {
        return reasonFor(issue(issuer, KEY, "till-2", issued));
    }

    private PeerVerdict.Reason reasonFor(NodeCertificate shown) throws Exception {
        seen.set(List.of());
        Credential counts = shop.credential().after(document.get());
        SSLContext client = Tls.following(
                () -> new Tls.Own(KEY.privateKey(), shown.chain()),
                new SiteTrustManager(() -> SiteTrust.of(document.get()), now::get, verdict -> {}));
        boolean talked = handshake(context(SERVER_KEY, issue(counts, SERVER_KEY, "till-1", now.get())), client);
        assertThat(talked).isFalse();
        assertThat(seen.get()).singleElement().isInstanceOf(PeerVerdict.Refused.class);
        return ((PeerVerdict.Refused) seen.get().getFirst()).reason();
    }

    private void see(PeerVerdict verdict) {
        seen.set(List.of(verdict));
    }

    private static boolean handshake(SSLContext serving, SSLContext calling) throws Exception {
        try (SSLServerSocket server = (SSLServerSocket)
                serving.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setNeedClientAuth(true);
            server.setSoTimeout(PATIENCE_MILLIS);
            CompletableFuture<Boolean> served = CompletableFuture.supplyAsync(() -> serve(server));
            try (SSLSocket socket = (SSLSocket)
                    calling.getSocketFactory().createSocket(server.getInetAddress(), server.getLocalPort())) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(1);
                socket.getInputStream().read();
            } catch (IOException refused) {
                // The server's side tells.
            }
            return served.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static boolean serve(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            boolean heard = socket.getInputStream().read() == 1;
            socket.getOutputStream().write(2);
            return heard;
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void nodesOfASiteTalkYearsAfterItsBirthAsLongAsTheyRenew() throws Exception {
        for (int year = 0; year < 5; year++) {
            now.set(BIRTH.plus(Duration.ofDays(365L * year + 3)));
            assertThat(handshake(
                            context(SERVER_KEY, issue(shop.credential(), SERVER_KEY, "till-1", now.get())),
                            context(KEY, issue(shop.credential(), KEY, "till-2", now.get()))))
                    .as("year " + year)
                    .isTrue();
        }
    }

    @Test
    void eachStrangerIsRefusedForItsOwnReason() throws Exception {
        now.set(BIRTH.plus(Duration.ofDays(400)));
        assertThat(reasonFor(other.credential(), now.get())).isEqualTo(PeerVerdict.Reason.OTHER_SITE);
        assertThat(reasonFor(shop.credential(), BIRTH)).isEqualTo(PeerVerdict.Reason.EXPIRED);
        assertThat(reasonFor(shop.credential(), now.get().plus(Duration.ofDays(900))))
                .isEqualTo(PeerVerdict.Reason.NOT_YET_VALID);
        assertThat(reasonFor(NodeCertificates.selfSigned(KEY, "till-2", at(now.get()))))
                .isEqualTo(PeerVerdict.Reason.OTHER_SITE);
        document.set(document.get().withRevoked(new RevokedNode("till-2", "till-2", null, now.get())));
        assertThat(reasonFor(shop.credential(), now.get())).isEqualTo(PeerVerdict.Reason.REVOKED);
    }

    @Test
    void aClientWithoutACertificateIsNotLetIn() throws Exception {
        SSLContext nobody = Tls.anonymous(new SiteTrustManager(() -> SiteTrust.of(document.get()), now::get, v -> {}));
        assertThat(handshake(context(SERVER_KEY, issue(shop.credential(), SERVER_KEY, "till-1", now.get())), nobody))
                .isFalse();
    }

    @Test
    void aRevocationAndARotationCountFromTheNextHandshakeOnWithoutARestart() throws Exception {
        now.set(BIRTH.plus(Duration.ofDays(100)));
        Site site = Site.create(home.resolve("turning"), new SiteName("shop"), at(BIRTH));
        Credential old = site.credential();
        document.set(TrustDocument.initial(old));
        NodeCertificate shownBefore = issue(old, KEY, "till-2", now.get());
        AtomicReference<NodeCertificate> serves = new AtomicReference<>(issue(old, SERVER_KEY, "till-1", now.get()));
        SSLContext server = Tls.following(
                () -> new Tls.Own(SERVER_KEY.privateKey(), serves.get().chain()),
                new SiteTrustManager(() -> SiteTrust.of(document.get()), now::get, this::see));
        assertThat(handshake(server, context(KEY, shownBefore))).isTrue();
        SiteRenewal renewal = SiteRenewal.prepare(site, SiteRenewal.Kind.ISSUING, at(now.get()));
        document.set(document.get().withIssuing(renewal.sealed(), old.issuing()));
        Credential next = old.after(document.get());
        serves.set(issue(next, SERVER_KEY, "till-1", now.get()));
        assertThat(handshake(server, context(KEY, shownBefore)))
                .as("both count")
                .isTrue();
        document.set(document.get().withoutRetiring());
        assertThat(handshake(server, context(KEY, shownBefore))).isFalse();
        assertThat(handshake(server, context(KEY, issue(next, KEY, "till-2", now.get()))))
                .isTrue();
    }
}
