package dev.rwo.keys;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom the site trusts at this moment: a change of the trust document counts from the next handshake on. What the
 * JDK checks besides (path, key usage, the host name where it is asked for) it checks as always.
 */
public final class SiteTrustManager extends X509ExtendedTrustManager {
    private final Supplier<SiteTrust> trust;
    private final InstantSource clock;
    private final Consumer<PeerVerdict> judged;

    /**
     * For servers and clients.
     *
     * @param trust what counts now
     * @param judged told every verdict, on the thread of the handshake; must not block
     */
    public SiteTrustManager(Supplier<SiteTrust> trust, InstantSource clock, Consumer<PeerVerdict> judged) {
        this.trust = trust;
        this.clock = clock;
        this.judged = judged;
    }

    private X509ExtendedTrustManager check(X509Certificate @Nullable [] chain) throws CertificateException {
        SiteTrust now = trust.get();
        PeerVerdict verdict = now.judge(chain == null ? List.of() : List.of(chain), clock.instant());
        judged.accept(verdict);
        if (verdict instanceof PeerVerdict.Refused refused) {
            throw new PeerRefusedException(refused);
        }
        return ofTheJdk(now);
    }

    private X509ExtendedTrustManager ofTheJdk(SiteTrust now) throws CertificateException {
        try {
            Set<TrustAnchor> anchors = now.roots().stream()
                    .map(root -> new TrustAnchor(root, null))
                    .collect(Collectors.toSet());
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new CertificateException("this JDK has no trust manager");
        } catch (GeneralSecurityException e) {
            throw new CertificateException("certificates cannot be checked: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain).checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain).checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain).checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain).checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.get().roots().toArray(new X509Certificate[0]);
    }
}
