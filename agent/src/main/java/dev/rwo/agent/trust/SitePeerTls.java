package dev.rwo.agent.trust;

import dev.rwo.agent.peer.PeerTls;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.PeerVerdict;
import java.security.PrivateKey;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this node shows to its peers is its own certificate; whom it believes is in the site's trust document. */
public final class SitePeerTls implements PeerTls {

    private final NodeLayout layout;
    private final TrustStore store;
    private @Nullable Own shown;

    /** Of that node. */
    public SitePeerTls(NodeLayout layout, TrustStore store) {
        this.layout = layout;
        this.store = store;
    }

    @Override
    public synchronized Own own() {
        List<X509Certificate> chain = store.ownChain();
        Own known = shown;
        if (known == null || !known.chain().equals(chain)) {
            PrivateKey key = NodeKey.readOrGenerate(layout.nodeKey()).privateKey();
            known = new Own(key, chain);
            shown = known;
        }
        return known;
    }

    @Override
    public void check(List<X509Certificate> chain, Instant at) throws CertificateException {
        if (store.trust().judge(chain, at) instanceof PeerVerdict.Refused refused) {
            throw new CertificateException(
                    refused.line(),
                    new CertPathValidatorException(refused.line(), null, null, -1, reason(refused.reason())));
        }
    }

    /** The JDK's word for it, which is what the client of the peers' API looks at. */
    private static CertPathValidatorException.Reason reason(PeerVerdict.Reason reason) {
        return switch (reason) {
            case EXPIRED -> BasicReason.EXPIRED;
            case NOT_YET_VALID -> BasicReason.NOT_YET_VALID;
            case REVOKED, AUTHORITY_REVOKED -> BasicReason.REVOKED;
            case MALFORMED, OTHER_SITE, NO_ROLE -> BasicReason.UNSPECIFIED;
        };
    }
}
