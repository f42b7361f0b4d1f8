package dev.rwo.agent.peer;

import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The node's key, certificate and root as they are on its disk; read again when a file changes. */
public final class NodeFilesTls implements PeerTls {

    private final NodeLayout layout;
    private @Nullable Loaded loaded;

    private record Loaded(List<Object> version, Own own, X509Certificate root) {}

    /** Of that node. */
    public NodeFilesTls(NodeLayout layout) {
        this.layout = layout;
    }

    @Override
    public Own own() {
        return load().own();
    }

    @Override
    public void check(List<X509Certificate> chain, Instant at) throws CertificateException {
        X509Certificate root = load().root();
        try {
            List<X509Certificate> path = chain.getLast().equals(root) ? chain.subList(0, chain.size() - 1) : chain;
            PKIXParameters rules = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            rules.setRevocationEnabled(false);
            rules.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), rules);
        } catch (GeneralSecurityException refused) {
            throw new CertificateException(String.valueOf(refused.getMessage()), refused);
        }
    }

    private synchronized Loaded load() {
        // Without a site nobody is trusted but the box itself.
        Path trusted = Files.exists(layout.rootCertificate()) ? layout.rootCertificate() : layout.nodeCertificate();
        List<Object> version =
                List.of(trusted, version(layout.nodeKey()), version(layout.nodeCertificate()), version(trusted));
        Loaded known = loaded;
        if (known == null || !known.version().equals(version)) {
            Own own = new Own(
                    NodeKey.readOrGenerate(layout.nodeKey()).privateKey(),
                    NodeCertificate.read(layout.nodeCertificate()).chain());
            known = new Loaded(version, own, NodeCertificate.read(trusted).leaf());
            loaded = known;
        }
        return known;
    }

    /** Files are replaced by renaming, so a new content is a new file. */
    private static Object version(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(
                    Objects.requireNonNullElse(attributes.fileKey(), ""),
                    attributes.lastModifiedTime(),
                    attributes.size());
        } catch (IOException missing) {
            // Reading it will say so.
            return missing.toString();
        }
    }
}
