package dev.rwo.agent.node;

import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** TLS as this node: its own key and certificate, trusting its site. */
public final class NodeTls {

    private NodeTls() {}

    /**
     * The certificate that this node's peers must lead to: the site's root or, in a box without a site, the box's own.
     */
    static Path trusted(NodeLayout layout) {
        return Files.exists(layout.rootCertificate()) ? layout.rootCertificate() : layout.nodeCertificate();
    }

    /** A client or server context of this node. */
    public static SSLContext ofThisNode(NodeLayout layout) {
        NodeKey key = NodeKey.readOrGenerate(layout.nodeKey());
        NodeCertificate own = NodeCertificate.read(layout.nodeCertificate());
        NodeCertificate trusted = NodeCertificate.read(trusted(layout));
        return Tls.mutual(key.privateKey(), own.chain(), trusted.leaf());
    }
}
