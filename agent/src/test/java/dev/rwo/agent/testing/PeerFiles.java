package dev.rwo.agent.testing;

import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.Site;
import dev.rwo.keys.Tls;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A node's key and certificate on disk, and TLS as it would serve. */
public final class PeerFiles {

    private final NodeLayout layout;

    private PeerFiles(NodeLayout layout) {
        this.layout = layout;
    }

    /** A node of a site, whose certificate was issued when that clock says. */
    public static PeerFiles of(Path root, Site site, String nodeId, Clock issued) {
        PeerFiles files = new PeerFiles(new NodeLayout(root));
        files.issue(site, nodeId, issued);
        new NodeCertificate(List.of(site.credential().root())).writeTo(files.layout.rootCertificate());
        return files;
    }

    /** Gives the node another certificate for the same key. */
    public void issue(Site site, String nodeId, Clock issued) {
        NodeKey key = NodeKey.readOrGenerate(layout.nodeKey());
        NodeCertificates.issue(site.credential(), key, nodeId, "till", site.name(), List.of(), issued)
                .writeTo(layout.nodeCertificate());
    }

    /** Where they are. */
    public NodeLayout layout() {
        return layout;
    }

    /** As this node serves, believing in a site. */
    public SSLContext serving(Site trusted) {
        NodeKey key = NodeKey.readOrGenerate(layout.nodeKey());
        return Tls.mutual(
                key.privateKey(),
                NodeCertificate.read(layout.nodeCertificate()).chain(),
                trusted.credential().root());
    }
}
