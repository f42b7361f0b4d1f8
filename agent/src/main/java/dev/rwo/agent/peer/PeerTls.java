package dev.rwo.agent.peer;

import dev.rwo.keys.CredentialException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** What this node shows to its peers, and whom it believes. Asked anew for every call, so that changes count at once. */
public interface PeerTls {

    /**
     * A key and its certificate.
     *
     * @param key the node's own
     * @param chain its certificate first, without the root
     */
    record Own(PrivateKey key, List<X509Certificate> chain) {

        /** Copies the chain. */
        public Own {
            chain = List.copyOf(chain);
        }
    }

    /**
     * The node's own key and certificate; the same object as long as they are the same.
     *
     * @throws CredentialException when they cannot be read
     */
    Own own();

    /**
     * Checks that a chain leads to the site, that it was not revoked, and that it was valid at that moment.
     *
     * @param chain the peer's certificate first; never empty
     * @param at the moment
     * @throws CertificateException when not; the cause says what the JDK found
     */
    void check(List<X509Certificate> chain, Instant at) throws CertificateException;
}
