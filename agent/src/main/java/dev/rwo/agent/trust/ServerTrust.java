package dev.rwo.agent.trust;

import dev.rwo.keys.SiteTrustManager;
import io.quarkus.tls.runtime.TrustStoreAndTrustOptions;
import io.quarkus.tls.runtime.TrustStoreProvider;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/** Gives the HTTPS server the trust that follows the trust document, in place of a file of roots. */
public final class ServerTrust implements TrustStoreProvider {

    private final SiteTrustManager manager;

    /** For one node. */
    public ServerTrust(SiteTrustManager manager) {
        this.manager = manager;
    }

    @Override
    public TrustStoreAndTrustOptions getTrustStore(Vertx vertx) {
        try {
            KeyStore shown = KeyStore.getInstance("PKCS12");
            shown.load(null, null);
            for (int n = 0; n < manager.getAcceptedIssuers().length; n++) {
                shown.setCertificateEntry("root-" + n, manager.getAcceptedIssuers()[n]);
            }
            return new TrustStoreAndTrustOptions(shown, TrustOptions.wrap(manager));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot set up the server's trust", e);
        }
    }
}
