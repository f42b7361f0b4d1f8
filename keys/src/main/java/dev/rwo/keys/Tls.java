package dev.rwo.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

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

    /**
     * What one side shows.
     *
     * @param key its key; secret
     * @param chain its own certificate first, without the root
     */
    public record Own(PrivateKey key, List<X509Certificate> chain) {
        /** Nothing secret. */
        @Override
        public String toString() {
            return "Own[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    /**
     * A context for mutual TLS that follows every change of certificate and trust from the next handshake on.
     *
     * @param own what this side shows now; asked at each handshake
     * @throws CredentialException if the JDK has no TLS 1.3
     */
    public static SSLContext following(Supplier<Own> own, X509ExtendedTrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OwnKeyManager(own)}, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new CredentialException("cannot set up TLS", e);
        }
    }

    /**
     * A context that shows no certificate: for a node that has none yet.
     *
     * @throws CredentialException if the JDK has no TLS 1.3
     */
    public static SSLContext anonymous(X509ExtendedTrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[0], new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new CredentialException("cannot set up TLS", e);
        }
    }

    /**
     * Shows to whoever asks what this side has at that moment, so that a server needs no restart for a new certificate.
     *
     * @param own asked at every handshake
     */
    public static X509ExtendedKeyManager showing(Supplier<Own> own) {
        return new OwnKeyManager(own);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
