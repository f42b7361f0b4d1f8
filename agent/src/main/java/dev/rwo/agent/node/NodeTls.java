package dev.rwo.agent.node;

import dev.rwo.agent.trust.TrustStore;
import dev.rwo.firstboot.NodeLayout;
import java.time.Clock;
import javax.net.ssl.SSLContext;

/** TLS as this node for programs that ask once: its own key and certificate, trusting its site. */
public final class NodeTls {

    private NodeTls() {}

    /** A client or server context of this node; the agent itself has one that it shares, {@link PreparedNode#trust()}. */
    public static SSLContext ofThisNode(NodeLayout layout) {
        return TrustStore.open(layout, Clock.systemUTC()).tls();
    }
}
