package dev.rwo.agent.peer;

import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the certificate that a peer shows in one handshake: its chain, its dates, that it is a node's, and whose.
 * Host names and addresses are not compared: addresses change, and the certificate itself says which node it is.
 */
final class PeerCheck extends X509ExtendedTrustManager {

    private final PeerTls tls;
    private final Clock clock;
    private final String api;
    private final String onlyNode;
    private final boolean excuseDates;

    private @Nullable PeerException refusal;
    private @Nullable NodeName name;
    private List<X509Certificate> chain = List.of();
    private boolean datesExcused;

    /**
     * For one call.
     *
     * @param onlyNode the ID of the only node that may answer, empty for any
     * @param excuseDates whether a chain is accepted that was or will be valid, but is not by this box's clock
     */
    PeerCheck(PeerTls tls, Clock clock, String api, String onlyNode, boolean excuseDates) {
        this.tls = tls;
        this.clock = clock;
        this.api = api;
        this.onlyNode = onlyNode;
        this.excuseDates = excuseDates;
    }

    /** Why the peer was refused, if it was. */
    Optional<PeerException> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** The node that answered; only after a handshake. */
    Optional<NodeName> name() {
        return Optional.ofNullable(name);
    }

    /** What it showed. */
    List<X509Certificate> chain() {
        return chain;
    }

    /** Whether the chain is not valid by this box's clock, and was accepted all the same. */
    boolean datesExcused() {
        return datesExcused;
    }

    private void check(X509Certificate[] shown) throws CertificateException {
        try {
            chain = List.of(shown);
            checkChain();
            NodeName shownName = NodeName.of(shown[0])
                    .orElseThrow(() -> new PeerException(
                            PeerException.Kind.NONSENSE,
                            "what answers at " + api + " belongs to the site but is no node"));
            if (!onlyNode.isEmpty() && !onlyNode.equals(shownName.nodeId())) {
                throw new PeerException(
                        PeerException.Kind.UNREACHABLE,
                        "node " + shownName.nodeId() + " answers at " + api + ", not node " + onlyNode);
            }
            name = shownName;
        } catch (PeerException refused) {
            refusal = refused;
            throw new CertificateException(refused);
        }
    }

    private void checkChain() throws PeerException {
        Instant now = clock.instant();
        try {
            tls.check(chain, now);
        } catch (CertificateException refused) {
            Optional<Instant> excuse =
                    excuseDates && isAboutDates(refused) ? momentWhenAllAreValid() : Optional.empty();
            if (excuse.isPresent()) {
                checkAt(excuse.get());
                datesExcused = true;
                return;
            }
            throw explained(refused, now);
        }
    }

    private void checkAt(Instant moment) throws PeerException {
        try {
            tls.check(chain, moment);
        } catch (CertificateException refused) {
            throw explained(refused, moment);
        }
    }

    /** The latest beginning, if that comes before the earliest end. */
    private Optional<Instant> momentWhenAllAreValid() {
        Instant begin = chain.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElseThrow();
        Instant end = chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
        return begin.isBefore(end) ? Optional.of(begin) : Optional.empty();
    }

    private PeerException explained(CertificateException refused, Instant now) {
        X509Certificate leaf = chain.getFirst();
        String who = NodeName.of(leaf).map(node -> "node " + node.nodeId()).orElse("the box");
        if (isReason(refused, BasicReason.EXPIRED) || has(refused, CertificateExpiredException.class)) {
            return new PeerException(
                    PeerException.Kind.EXPIRED,
                    "the certificate of " + who + " at " + api + " expired on " + earliestEnd()
                            + "; this box's clock says " + now,
                    refused);
        }
        if (isReason(refused, BasicReason.NOT_YET_VALID) || has(refused, CertificateNotYetValidException.class)) {
            return new PeerException(
                    PeerException.Kind.CLOCK,
                    "the certificate of " + who + " at " + api + " begins on "
                            + leaf.getNotBefore().toInstant() + " and this box's clock says " + now
                            + ": one of the two clocks is wrong",
                    refused);
        }
        if (isReason(refused, BasicReason.REVOKED) || has(refused, CertificateRevokedException.class)) {
            return new PeerException(
                    PeerException.Kind.REVOKED, "the certificate of " + who + " at " + api + " was revoked", refused);
        }
        String site = NodeName.of(leaf)
                .map(node -> "a box of site " + node.site() + " answers at " + api + ": that is another site")
                .orElse("what answers at " + api + " has no certificate of this site");
        return new PeerException(PeerException.Kind.OTHER_SITE, site, refused);
    }

    private Instant earliestEnd() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static boolean isAboutDates(CertificateException refused) {
        return isReason(refused, BasicReason.EXPIRED)
                || isReason(refused, BasicReason.NOT_YET_VALID)
                || has(refused, CertificateExpiredException.class)
                || has(refused, CertificateNotYetValidException.class);
    }

    private static boolean isReason(Throwable refused, BasicReason reason) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException path && path.getReason() == reason) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Throwable refused, Class<? extends Throwable> type) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, Socket socket)
            throws CertificateException {
        check(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
            throws CertificateException {
        check(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType) throws CertificateException {
        check(shown);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this side only calls");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this side only calls");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String authType) throws CertificateException {
        throw new CertificateException("this side only calls");
    }

    /** None: a peer that is asked for its certificate shall show the one it has. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
