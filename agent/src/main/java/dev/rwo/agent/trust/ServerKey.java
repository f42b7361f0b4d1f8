package dev.rwo.agent.trust;

import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Gives the HTTPS server the node's certificate as it is at each handshake, in place of files that would have to be loaded
 * again: Vert.x refuses connections while it does that (seen in the lab: for many seconds on a busy box).
 */
public final class ServerKey implements KeyStoreProvider {

    private final X509ExtendedKeyManager manager;

    /** For one node. */
    public ServerKey(X509ExtendedKeyManager manager) {
        this.manager = manager;
    }

    @Override
    public KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
        try {
            KeyStore shown = KeyStore.getInstance("PKCS12");
            shown.load(null, null);
            return new KeyStoreAndKeyCertOptions(shown, KeyCertOptions.wrap(manager));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot set up the server's key", e);
        }
    }
}
