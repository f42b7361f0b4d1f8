package dev.rwo.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.peer.PeerException.Kind;
import dev.rwo.agent.testing.PeerFiles;
import dev.rwo.agent.testing.TlsServer;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import dev.rwo.keys.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real TLS on loopback, every way in which a peer can be wrong. */
class HttpsPeersTest {

    private static final Clock NOW = Clock.systemUTC();
    private static final Clock LAST_YEAR = shifted(Duration.ofDays(-400));
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String HELLO = "/api/v1/peer/hello";

    @TempDir
    static Path home;

    private static Site shop;
    private static Site other;
    private static PeerFiles us;
    private static PeerFiles them;

    @BeforeAll
    static void twoSites() {
        // Older than any certificate below, so that those can be old too.
        shop = Site.create(home.resolve("shop"), new SiteName("shop-17"), shifted(Duration.ofDays(-800)));
        other = Site.create(home.resolve("other"), new SiteName("other-shop"), shifted(Duration.ofDays(-800)));
        us = PeerFiles.of(home.resolve("us"), shop, "us", NOW);
        them = PeerFiles.of(home.resolve("them"), shop, "them", NOW);
    }

    private static Clock shifted(Duration by) {
        return Clock.fixed(Instant.now().plus(by), ZoneOffset.UTC);
    }

    private static HttpsPeers peers() {
        return new HttpsPeers(new NodeFilesTls(us.layout()), NOW, CONNECT, PATIENCE, "");
    }

    private static PeerException refusal(HttpsPeers peers, String address) {
        PeerException refusal = catchThrowableOfType(PeerException.class, () -> peers.get(address, HELLO));
        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage()).doesNotContain("\n").contains(address);
        return refusal;
    }

    private static PeerException refusal(String address) {
        return refusal(peers(), address);
    }

    @Test
    void nodesOfASiteUnderstandEachOther() throws Exception {
        try (TlsServer peer =
                TlsServer.mutual(them.serving(shop), TlsServer.always(TlsServer.json(200, "{\"a\":1}")))) {
            assertThat(peers().get(peer.address(), HELLO).path("a").asInt()).isEqualTo(1);
            assertThat(peers().post(peer.address(), HELLO, JsonNodeFactory.instance.textNode("x"))
                            .path("a")
                            .asInt())
                    .isEqualTo(1);
            assertThat(peer.requests())
                    .containsExactly("GET " + HELLO + " HTTP/1.1", "POST " + HELLO + " HTTP/1.1 \"x\"");
        }
    }

    @Test
    void aChunkedAnswerIsUnderstood() throws Exception {
        String chunked =
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n";
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(chunked))) {
            assertThat(peers().get(peer.address(), HELLO).path("a").asInt()).isEqualTo(1);
        }
    }

    @Test
    void anEmptyAnswerIsNothing() throws Exception {
        try (TlsServer peer =
                TlsServer.mutual(them.serving(shop), TlsServer.always("HTTP/1.1 204 No Content\r\n\r\n"))) {
            assertThat(peers().get(peer.address(), HELLO).isNull()).isTrue();
        }
    }

    @Test
    void theNodeThatIsMeantMayAnswerAndNoOther() throws Exception {
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(TlsServer.json(200, "{}")))) {
            assertThat(peers().only("them").get(peer.address(), HELLO).isObject())
                    .isTrue();
            PeerException wrong = catchThrowableOfType(
                    PeerException.class, () -> peers().only("somebody").get(peer.address(), HELLO));
            assertThat(wrong.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(wrong).hasMessageContaining("node them answers").hasMessageContaining("not node somebody");
            assertThat(peer.requests()).hasSize(1);
        }
    }

    @Test
    void aRenewedCertificateIsShownAtOnce() throws Exception {
        PeerFiles renewing = PeerFiles.of(home.resolve("renewing"), shop, "before", NOW);
        HttpsPeers peers = new HttpsPeers(new NodeFilesTls(renewing.layout()), NOW);
        NodeFilesTls tls = new NodeFilesTls(renewing.layout());
        PeerTls.Own before = tls.own();
        assertThat(tls.own()).isSameAs(before);
        renewing.issue(shop, "after", NOW);
        assertThat(NodeName.of(tls.own().chain().getFirst())).contains(new NodeName("shop-17", "after"));
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(TlsServer.json(200, "{}")))) {
            assertThat(peers.get(peer.address(), HELLO).isObject()).isTrue();
        }
    }

    @Test
    void whereNothingListensConnectionsAreRefused() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        PeerException refusal = refusal("127.0.0.1:" + port);
        assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(refusal).hasMessageContaining("refuses connections");
    }

    @Test
    void whoNeverAnswersIsGivenUp() throws Exception {
        try (TlsServer silent = TlsServer.plain((request, out) -> {})) {
            HttpsPeers hasty = new HttpsPeers(new NodeFilesTls(us.layout()), NOW, CONNECT, Duration.ofMillis(200), "");
            PeerException refusal = refusal(hasty, silent.address());
            assertThat(refusal.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(refusal).hasMessageContaining("did not answer in time");
        }
    }

    @Test
    void whoTricklesIsGivenUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TlsServer slow = TlsServer.mutual(them.serving(shop), (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
                out.write('x');
                out.flush();
            }
        })) {
            HttpsPeers hasty = new HttpsPeers(new NodeFilesTls(us.layout()), NOW, CONNECT, Duration.ofMillis(700), "");
            assertThat(refusal(hasty, slow.address()))
                    .hasMessageContaining("did not answer in time")
                    .extracting(PeerException::kind)
                    .isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void aBoxOfAnotherSiteIsNamed() throws Exception {
        PeerFiles stranger = PeerFiles.of(home.resolve("stranger"), other, "stranger", NOW);
        try (TlsServer peer = TlsServer.mutual(stranger.serving(other), TlsServer.always(TlsServer.json(200, "{}")))) {
            PeerException refusal = refusal(peer.address());
            assertThat(refusal.kind()).isEqualTo(Kind.OTHER_SITE);
            assertThat(refusal).hasMessageContaining("a box of site other-shop answers at");
            assertThat(peer.requests()).isEmpty();
        }
    }

    @Test
    void aBoxWithoutSiteIsNoneOfOurs() throws Exception {
        NodeKey key = NodeKey.generate();
        NodeCertificate selfSigned = NodeCertificates.selfSigned(key, "till", NOW);
        try (TlsServer peer = TlsServer.mutual(
                Tls.mutual(
                        key.privateKey(), selfSigned.chain(), shop.credential().root()),
                TlsServer.always(TlsServer.json(200, "{}")))) {
            PeerException refusal = refusal(peer.address());
            assertThat(refusal.kind()).isEqualTo(Kind.OTHER_SITE);
            assertThat(refusal).hasMessageContaining("has no certificate of this site");
        }
    }

    @Test
    void anOperatorIsNoNode() throws Exception {
        try (TlsServer peer = TlsServer.mutual(shop.operatorTls(), TlsServer.always(TlsServer.json(200, "{}")))) {
            PeerException refusal = refusal(peer.address());
            assertThat(refusal.kind()).isIn(Kind.NONSENSE, Kind.EXPIRED);
        }
    }

    @Test
    void aPeerThatTakesUsForStrangersDoesNotLetUsIn() throws Exception {
        try (TlsServer peer = TlsServer.mutual(them.serving(other), TlsServer.always(TlsServer.json(200, "{}")))) {
            PeerException refusal = refusal(peer.address());
            // The server may hang up so hard that its alert is lost on the way.
            assertThat(refusal.kind()).isIn(Kind.NOT_ALLOWED, Kind.UNREACHABLE);
            assertThat(refusal.afterProof()).isTrue();
        }
    }

    @Test
    void anExpiredPeerIsRefusedWithBothDates() throws Exception {
        PeerFiles old = PeerFiles.of(home.resolve("old"), shop, "old", LAST_YEAR);
        try (TlsServer peer = TlsServer.mutual(old.serving(shop), TlsServer.always(TlsServer.json(200, "{}")))) {
            PeerException refusal = refusal(peer.address());
            assertThat(refusal.kind()).isEqualTo(Kind.EXPIRED);
            assertThat(refusal).hasMessageContaining("node old").hasMessageContaining("this box's clock says");
            assertThat(peer.requests()).isEmpty();
        }
    }

    @Test
    void aPeerFromTheFutureMeansThatAClockIsWrong() throws Exception {
        PeerFiles early = PeerFiles.of(home.resolve("early"), shop, "early", shifted(Duration.ofDays(300)));
        try (TlsServer peer = TlsServer.mutual(early.serving(shop), TlsServer.always(TlsServer.json(200, "{}")))) {
            assertThat(refusal(peer.address()).kind()).isEqualTo(Kind.CLOCK);
        }
    }

    @Test
    void aGreetingExcusesDatesAndSaysSo() throws Exception {
        PeerFiles old = PeerFiles.of(home.resolve("old-greeted"), shop, "old", LAST_YEAR);
        PeerFiles stranger = PeerFiles.of(home.resolve("old-stranger"), other, "stranger", LAST_YEAR);
        try (TlsServer peer = TlsServer.open(old.serving(shop), TlsServer.always(TlsServer.json(200, "{}")));
                TlsServer foreign =
                        TlsServer.open(stranger.serving(other), TlsServer.always(TlsServer.json(200, "{}")))) {
            HttpsPeers.Greeting greeting = peers().greet(peer.address(), HELLO, true);
            assertThat(greeting.outOfDate()).isTrue();
            assertThat(greeting.node()).isEqualTo(new NodeName("shop-17", "old"));
            assertThat(catchThrowableOfType(PeerException.class, () -> peers().greet(foreign.address(), HELLO, true))
                            .kind())
                    .isEqualTo(Kind.OTHER_SITE);
        }
    }

    @ParameterizedTest(name = "issued {0} days from now")
    @ValueSource(ints = {-400, 300})
    void whenOurDatesAreRefusedThePeerIsStillKnownToBeOfOurSite(int days) throws Exception {
        PeerFiles ours = PeerFiles.of(home.resolve("ours" + days), shop, "us", shifted(Duration.ofDays(days)));
        HttpsPeers peers = new HttpsPeers(new NodeFilesTls(ours.layout()), NOW);
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(TlsServer.json(200, "{}")))) {
            PeerException refusal = refusal(peers, peer.address());
            // The server may hang up so hard that its alert is lost on the way.
            assertThat(refusal.kind()).isIn(Kind.CLOCK, Kind.UNREACHABLE);
            assertThat(refusal.afterProof()).isTrue();
        }
    }

    @Test
    void withoutOurCertificateAnOpenPathStillAnswers() throws Exception {
        PeerFiles ours = PeerFiles.of(home.resolve("ours-old"), shop, "us", LAST_YEAR);
        HttpsPeers peers = new HttpsPeers(new NodeFilesTls(ours.layout()), NOW);
        try (TlsServer peer = TlsServer.open(them.serving(shop), TlsServer.always(TlsServer.json(200, "{\"a\":1}")))) {
            assertThat(peers.greet(peer.address(), "/api/v1/time", false)
                            .body()
                            .path("a")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void aRevokedPeerIsRefused() throws Exception {
        NodeFilesTls files = new NodeFilesTls(us.layout());
        PeerTls revoking = new PeerTls() {
            @Override
            public Own own() {
                return files.own();
            }

            @Override
            public void check(List<X509Certificate> chain, Instant at) throws CertificateException {
                throw new CertificateException(new CertPathValidatorException(
                        "revoked", null, null, -1, CertPathValidatorException.BasicReason.REVOKED));
            }
        };
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(TlsServer.json(200, "{}")))) {
            PeerException refusal = refusal(new HttpsPeers(revoking, NOW), peer.address());
            assertThat(refusal.kind()).isEqualTo(Kind.REVOKED);
            assertThat(peer.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"401, NOT_ALLOWED", "403, NOT_ALLOWED", "400, REFUSED", "409, REFUSED", "503, REFUSED", "302, NONSENSE"
    })
    void aRefusalComesWithItsReason(int status, Kind kind) throws Exception {
        String problem = "{\"detail\":\"not \\u001b[31m before\\nnoon\"}";
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(TlsServer.json(status, problem)))) {
            PeerException refusal = refusal(peer.address());
            assertThat(refusal.kind()).isEqualTo(kind);
            if (kind != Kind.NONSENSE) {
                assertThat(refusal).hasMessageContaining("not ?[31m before?noon");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{}{}"
            })
    void nonsenseIsNamedSo(String answer) throws Exception {
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(answer))) {
            assertThat(refusal(peer.address()).kind()).isEqualTo(Kind.NONSENSE);
        }
    }

    @Test
    void anAnswerThatIsCutOffIsNoAnswer() throws Exception {
        String cut = "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"a\":1}";
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), TlsServer.always(cut))) {
            assertThat(refusal(peer.address()).kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEndlessAnswerIsCut(boolean inItsHead) throws Exception {
        AtomicReference<Long> sent = new AtomicReference<>(0L);
        byte[] block = new byte[64 * 1024];
        java.util.Arrays.fill(block, (byte) 'x');
        try (TlsServer peer = TlsServer.mutual(them.serving(shop), (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write((inItsHead ? "X: " : "\r\n").getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(block);
                sent.updateAndGet(before -> before + block.length);
            }
        })) {
            assertThat(refusal(peer.address()).kind()).isEqualTo(Kind.NONSENSE);
            // What lay in the buffers of two sockets when the client hung up.
            assertThat(sent.get()).isLessThan(16L * 1024 * 1024);
        }
    }

    @Test
    void whatDoesNotSpeakTlsIsNoNode() throws Exception {
        try (ServerSocket ssh = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var socket = ssh.accept()) {
                    socket.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().read();
                } catch (IOException closed) {
                    // The client hung up.
                }
            });
            PeerException refusal = refusal("127.0.0.1:" + ssh.getLocalPort());
            assertThat(refusal.kind()).isEqualTo(Kind.NONSENSE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b:1", "10.0.0.1:0", "10.0.0.1:70000", "http://x", "[::1", "10.0.0.1:8443/x"})
    void whatIsNoAddressIsNotAsked(String address) {
        assertThat(catchThrowableOfType(PeerException.class, () -> peers().get(address, HELLO))
                        .kind())
                .isEqualTo(Kind.NONSENSE);
    }

    @Test
    void addressesAreUnderstoodInAllTheirForms() {
        assertThat(PeerAddress.parse("10.0.0.1", 8443)).contains(new PeerAddress("10.0.0.1", 8443));
        assertThat(PeerAddress.parse("till-2.shop:9000", 8443)).contains(new PeerAddress("till-2.shop", 9000));
        assertThat(PeerAddress.parse("fd00::1", 8443).orElseThrow()).hasToString("[fd00::1]:8443");
        assertThat(PeerAddress.parse("[fd00::1]:9000", 8443)).contains(new PeerAddress("fd00::1", 9000));
    }
}
