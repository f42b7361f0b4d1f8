package dev.rwo.agent.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.rwo.agent.peer.PeerException.Kind;
import dev.rwo.keys.CredentialException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Asks peers over mutual TLS 1.3, with the node's current key. Each call is a connection and a full handshake of its
 * own (about a millisecond of processor time): a resumed session would not ask again whether the peer was revoked.
 *
 * <p>Each call ends: a thread of its own closes the connection when the deadline has come, whatever the other side
 * trickles.
 */
public final class HttpsPeers implements Peers {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int LARGEST_ANSWER = 1024 * 1024;
    private static final int LONGEST_DETAIL = 300;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final PeerTls tls;
    private final Clock clock;
    private final Duration connect;
    private final Duration answer;
    private final String onlyNode;

    /** As this node. */
    public HttpsPeers(PeerTls tls, Clock clock) {
        this(tls, clock, CONNECT, ANSWER, "");
    }

    HttpsPeers(PeerTls tls, Clock clock, Duration connect, Duration answer, String onlyNode) {
        this.tls = tls;
        this.clock = clock;
        this.connect = connect;
        this.answer = answer;
        this.onlyNode = onlyNode;
    }

    /**
     * An answer and who gave it.
     *
     * @param body what was said
     * @param node who, by its certificate
     * @param chain that certificate and those above it; leads to the site's root
     * @param outOfDate whether the chain is not valid by this box's clock: one of the clocks is wrong, or it expired
     */
    public record Greeting(JsonNode body, NodeName node, List<X509Certificate> chain, boolean outOfDate) {

        /** Copies the chain. */
        public Greeting {
            chain = List.copyOf(chain);
        }
    }

    @Override
    public Peers only(String nodeId) {
        return new HttpsPeers(tls, clock, connect, answer, nodeId);
    }

    @Override
    public JsonNode get(String api, String path) throws PeerException {
        return ask(api, "GET", path, new byte[0], new PeerCheck(tls, clock, api, onlyNode, false), true);
    }

    @Override
    public byte[] bytes(String api, String path) throws PeerException {
        HttpMessage.Answer given =
                exchange(api, "GET", path, new byte[0], new PeerCheck(tls, clock, api, onlyNode, false), true);
        if (given.status() / 100 != 2) {
            understood(api, given);
            throw new PeerException(Kind.NONSENSE, api + " answers with status " + given.status());
        }
        return given.body();
    }

    @Override
    public JsonNode post(String api, String path, JsonNode body) throws PeerException {
        byte[] json = body.toString().getBytes(StandardCharsets.UTF_8);
        return ask(api, "POST", path, json, new PeerCheck(tls, clock, api, onlyNode, false), true);
    }

    /**
     * Asks somebody not met yet. A chain whose only fault is its dates is accepted, for nothing but to find out whose
     * clock is wrong.
     *
     * @param withOwn whether to show this node's certificate; without, only open paths are answered
     */
    public Greeting greet(String api, String path, boolean withOwn) throws PeerException {
        PeerCheck check = new PeerCheck(tls, clock, api, onlyNode, true);
        JsonNode body = ask(api, "GET", path, new byte[0], check, withOwn);
        NodeName node =
                check.name().orElseThrow(() -> new PeerException(Kind.NONSENSE, api + " showed no certificate"));
        return new Greeting(body, node, check.chain(), check.datesExcused());
    }

    private JsonNode ask(String api, String method, String path, byte[] body, PeerCheck check, boolean withOwn)
            throws PeerException {
        return understood(api, exchange(api, method, path, body, check, withOwn));
    }

    private HttpMessage.Answer exchange(
            String api, String method, String path, byte[] body, PeerCheck check, boolean withOwn)
            throws PeerException {
        PeerAddress address = PeerAddress.parse(api, PeerAddress.API_PORT)
                .orElseThrow(
                        () -> new PeerException(Kind.NONSENSE, "'" + PlainText.of(api, 80) + "' is not an address"));
        SSLContext context = context(check, withOwn);
        CountDownLatch done = new CountDownLatch(1);
        AtomicBoolean late = new AtomicBoolean();
        try (Socket plain = new Socket(Proxy.NO_PROXY)) {
            plain.connect(new InetSocketAddress(address.host(), address.port()), (int) connect.toMillis());
            Thread.ofVirtual().name("peer-deadline").start(() -> closeLate(plain, done, late));
            plain.setTcpNoDelay(true);
            return exchange(context, plain, address, method, path, body);
        } catch (IOException failed) {
            throw classified(api, failed, check, late.get());
        } finally {
            done.countDown();
        }
    }

    private void closeLate(Socket plain, CountDownLatch done, AtomicBoolean late) {
        try {
            if (!done.await(answer.toMillis(), TimeUnit.MILLISECONDS)) {
                late.set(true);
                plain.close();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException closedAnyway) {
            // It is given up in any case.
        }
    }

    private static HttpMessage.Answer exchange(
            SSLContext context, Socket plain, PeerAddress address, String method, String path, byte[] body)
            throws IOException {
        // Not closed in the usual way: that could wait for the other side; the plain socket below it is.
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, address.host(), address.port(), false);
        socket.setEnabledProtocols(new String[] {"TLSv1.3"});
        socket.startHandshake();
        HttpMessage.send(socket.getOutputStream(), method, address.toString(), path, body);
        return HttpMessage.receive(new BufferedInputStream(socket.getInputStream()), LARGEST_ANSWER);
    }

    private SSLContext context(PeerCheck check, boolean withOwn) throws PeerException {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            KeyManager[] keys = withOwn ? new KeyManager[] {new OwnKey(tls.own())} : new KeyManager[0];
            context.init(keys, new TrustManager[] {check}, null);
            return context;
        } catch (CredentialException | GeneralSecurityException unusable) {
            throw new PeerException(
                    Kind.NOT_ALLOWED, "this node has no certificate to show: " + unusable.getMessage(), unusable);
        }
    }

    private static JsonNode understood(String api, HttpMessage.Answer given) throws PeerException {
        JsonNode body;
        try {
            body = given.body().length == 0 ? NullNode.getInstance() : JSON.readTree(given.body());
        } catch (JsonProcessingException notJson) {
            body = NullNode.getInstance();
            if (given.status() / 100 == 2) {
                throw new PeerException(Kind.NONSENSE, "what " + api + " answers is not JSON", notJson);
            }
        } catch (IOException impossible) {
            throw new PeerException(Kind.NONSENSE, "what " + api + " answers cannot be read", impossible);
        }
        String detail = PlainText.of(body.path("detail").asText("status " + given.status()), LONGEST_DETAIL);
        boolean barred = given.status() == 401 || given.status() == 403;
        return switch (given.status() / 100) {
            case 2 -> body;
            case 4, 5 ->
                throw new PeerException(
                        barred ? Kind.NOT_ALLOWED : Kind.REFUSED,
                        api + (barred ? " does not let this node in: " : " refuses: ") + detail,
                        null,
                        true);
            default ->
                throw new PeerException(Kind.NONSENSE, api + " answers with status " + given.status(), null, true);
        };
    }

    private PeerException classified(String api, IOException failed, PeerCheck check, boolean late) {
        if (check.refusal().isPresent()) {
            return check.refusal().get();
        }
        if (late) {
            return because(Kind.UNREACHABLE, api + " takes connections, but did not answer in time", failed, check);
        }
        return switch (failed) {
            case HttpMessage.MalformedAnswerException malformed ->
                because(Kind.NONSENSE, api + " sends " + malformed.getMessage(), malformed, check);
            case SSLException refused -> ofTls(api, refused, check);
            case SocketTimeoutException silent ->
                because(
                        Kind.UNREACHABLE,
                        "nothing answers at " + api + ": it is off or unplugged, or a firewall drops it",
                        silent,
                        check);
            case NoRouteToHostException unrouted ->
                because(
                        Kind.UNREACHABLE,
                        "no way leads to " + api + ": it is off, in another network, or a firewall refuses it",
                        unrouted,
                        check);
            case ConnectException refused ->
                because(
                        Kind.UNREACHABLE,
                        api + " refuses connections: no agent runs there, or a firewall refuses it",
                        refused,
                        check);
            case UnknownHostException unknown ->
                because(Kind.UNREACHABLE, "the name in " + api + " is not known to any name server", unknown, check);
            default -> because(Kind.UNREACHABLE, api + " hung up: " + plain(failed), failed, check);
        };
    }

    /**
     * What an alert means. RFC 8446 has one for each reason, but the JDK and others send {@code certificate_unknown} for
     * most of them (sun.security.ssl, CertificateMessage): then all that is known is that the peer, which is of this
     * site, does not accept this node's certificate.
     */
    private PeerException ofTls(String api, SSLException refused, PeerCheck check) {
        String message = String.valueOf(refused.getMessage());
        boolean dates = message.contains("certificate_expired");
        if (message.contains("certificate_revoked")) {
            return because(Kind.REVOKED, api + " says that this node was revoked", refused, check);
        }
        if (dates || (message.contains("certificate_unknown") && !ownIsValid())) {
            return because(
                    Kind.CLOCK,
                    api + " says that this node's certificate is not valid now: one of the two clocks is wrong, or it"
                            + " was not renewed",
                    refused,
                    check);
        }
        if (message.contains("certificate") || message.contains("unknown_ca") || message.contains("access_denied")) {
            return check.name().isPresent()
                    ? because(Kind.NOT_ALLOWED, api + " does not accept this node's certificate", refused, check)
                    : because(Kind.OTHER_SITE, api + " does not know this node's site", refused, check);
        }
        if (message.contains("plaintext connection")
                || message.contains("Unsupported or unrecognized SSL")
                || message.contains("protocol_version")
                || message.contains("handshake_failure")) {
            return because(
                    Kind.NONSENSE,
                    "what answers at " + api + " is no node: it does not speak TLS as nodes do",
                    refused,
                    check);
        }
        return because(Kind.UNREACHABLE, api + " ended the TLS connection: " + plain(refused), refused, check);
    }

    private boolean ownIsValid() {
        Instant now = clock.instant();
        return tls.own().chain().stream()
                .allMatch(
                        certificate -> !now.isBefore(certificate.getNotBefore().toInstant())
                                && !now.isAfter(certificate.getNotAfter().toInstant()));
    }

    private static String plain(IOException failed) {
        return PlainText.of(String.valueOf(failed.getMessage()), LONGEST_DETAIL);
    }

    private static PeerException because(Kind kind, String message, IOException failed, PeerCheck check) {
        return new PeerException(kind, message, failed, check.name().isPresent());
    }
}
