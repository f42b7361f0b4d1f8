package dev.rwo.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS 1.3 contexts that trust one site's root and nothing else. */
public final class Tls {
    private static final char[] IN_MEMORY = new char[0];

    private Tls() {}

    /**
     * A context for mutual TLS, as client or server.
     *
     * @param chain what this side shows, its own certificate first, without the root
     * @param trusted the root that the other side's certificate must lead to
     * @throws CredentialException if the JDK refuses key or certificates
     */
    public static SSLContext mutual(PrivateKey key, List<X509Certificate> chain, X509Certificate trusted) {
        try {
            KeyStore own = empty();
            own.setKeyEntry("own", key, IN_MEMORY, chain.toArray(new X509Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, IN_MEMORY);
            KeyStore roots = empty();
            roots.setCertificateEntry("root", trusted);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new CredentialException(
                    "cannot set up TLS with " + chain.getFirst().getSubjectX500Principal(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
