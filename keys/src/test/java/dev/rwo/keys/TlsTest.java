package dev.rwo.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final int PATIENCE_MILLIS = 20_000;

    @TempDir
    static Path home;

    private static Site shop;
    private static Site other;

    @BeforeAll
    static void makeTwoSites() {
        shop = Site.create(home.resolve("shop"), new SiteName("shop"), Clock.systemUTC());
        other = Site.create(home.resolve("other"), new SiteName("other"), Clock.systemUTC());
    }

    @Test
    void twoNodesOfASiteTalkOverTls13() throws Exception {
        Session session = connect(node(shop, "till-1"), node(shop, "till-2"), "localhost");
        assertThat(session.protocol()).isEqualTo("TLSv1.3");
        assertThat(session.server()).contains("CN=till-1");
        assertThat(session.client()).contains("CN=till-2");
    }

    @Test
    void theOperatorReachesANodeByAddress() throws Exception {
        assertThat(connect(node(shop, "till-1"), shop.operatorTls(), "127.0.0.1")
                        .client())
                .contains("OU=operator");
    }

    @Test
    void aNodeOfAnotherSiteIsRefusedAsClient() {
        assertThatThrownBy(() -> connect(node(shop, "till-1"), foreignerThatTrusts(shop), "localhost"))
                .satisfies(TlsTest::isRefusal);
    }

    @Test
    void aNodeOfAnotherSiteIsRefusedAsServer() {
        assertThatThrownBy(() -> connect(foreignerThatTrusts(shop), node(shop, "till-2"), "localhost"))
                .satisfies(TlsTest::isRefusal);
    }

    @Test
    void anOperatorsCertificateIsNoServer() {
        assertThatThrownBy(() -> connect(shop.operatorTls(), node(shop, "till-2"), "localhost"))
                .satisfies(TlsTest::isRefusal);
    }

    private static void isRefusal(Throwable failure) {
        assertThat(failure).isInstanceOfAny(SSLException.class, IOException.class);
        assertThat(failure).hasMessageMatching("(?s).*(certificate|PKIX|usage|Broken pipe|reset).*");
    }

    private record Session(String protocol, String server, String client) {}

    private static SSLContext node(Site site, String name) {
        return context(site, name, site);
    }

    private static SSLContext foreignerThatTrusts(Site site) {
        return context(other, "stranger", site);
    }

    private static SSLContext context(Site issuer, String name, Site trusted) {
        NodeKey key = NodeKey.generate();
        NodeCertificate certificate = NodeCertificates.issue(
                issuer.credential(), key, name, name, issuer.name(), List.of(), Clock.systemUTC());
        return Tls.mutual(key.privateKey(), certificate.chain(), trusted.root());
    }

    /** One real handshake, one byte each way; fails as the side fails that sees the fault. */
    private static Session connect(SSLContext serving, SSLContext calling, String host) throws Exception {
        try (SSLServerSocket server = (SSLServerSocket)
                serving.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setNeedClientAuth(true);
            server.setSoTimeout(PATIENCE_MILLIS);
            CompletableFuture<String> client = CompletableFuture.supplyAsync(() -> serve(server));
            String protocol;
            String peer;
            Socket plain = new Socket(server.getInetAddress(), server.getLocalPort());
            try (SSLSocket socket =
                    (SSLSocket) calling.getSocketFactory().createSocket(plain, host, plain.getPort(), true)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                socket.getOutputStream().write(1);
                if (socket.getInputStream().read() != 2) {
                    throw new SSLException("certificate refused: the server hung up");
                }
                protocol = socket.getSession().getProtocol();
                peer = socket.getSession().getPeerPrincipal().getName();
            }
            // Only now: closing, the server waits for the client's goodbye.
            return new Session(protocol, peer, client.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private static String serve(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getInputStream().read();
            socket.getOutputStream().write(2);
            return socket.getSession().getPeerPrincipal().getName();
        } catch (IOException e) {
            return "refused: " + e.getMessage();
        }
    }
}
