package dev.rwo.keys;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * A node's certificate with the authorities that a peer needs to check it against the root.
 *
 * @param chain the node's own certificate first, then the issuing authority; the root is not in it. A self-signed
 *     certificate stands alone.
 */
public record NodeCertificate(List<X509Certificate> chain) {
    /** RFC 5280, 4.2.1.6: the tag of an iPAddress among alternative names. */
    private static final int IP_ADDRESS = 7;

    /**
     * @throws IllegalArgumentException if the chain is empty
     */
    public NodeCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a certificate chain needs a certificate");
        }
    }

    /**
     * Reads a chain that {@link #writeTo} wrote.
     *
     * @throws CredentialException if the file is missing, unreadable or malformed
     */
    public static NodeCertificate read(Path file) {
        try {
            return new NodeCertificate(Pem.certificates(Credential.text(file)));
        } catch (GeneralSecurityException e) {
            throw new CredentialException(
                    file + " is not a certificate in PEM: " + e.getMessage() + "; remove it and a new one is issued",
                    e);
        }
    }

    /**
     * From PEM.
     *
     * @throws CredentialException if it is not certificates in PEM
     */
    public static NodeCertificate parse(String pem) {
        try {
            return new NodeCertificate(Pem.certificates(pem));
        } catch (GeneralSecurityException e) {
            throw new CredentialException("not a certificate in PEM: " + e.getMessage(), e);
        }
    }

    /**
     * Replaces the file with this chain, atomically and synchronised, readable by all.
     *
     * @throws CredentialException if it cannot be written
     */
    public void writeTo(Path file) {
        try {
            DurableFiles.makePrivateDirectory(DurableFiles.parentOf(file));
            DurableFiles.write(file, pem().getBytes(StandardCharsets.US_ASCII), DurableFiles.READABLE);
        } catch (IOException e) {
            throw new CredentialException("cannot write the node's certificate to " + file + ": " + e, e);
        }
    }

    /** The node's own certificate. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** The chain as concatenated PEM, the node's own first, as TLS servers want it. */
    public String pem() {
        return Pem.of(chain);
    }

    /** Whether clients that reach the node at this address accept the certificate. */
    public boolean names(InetAddress address) {
        try {
            Collection<List<?>> names = leaf().getSubjectAlternativeNames();
            return names != null && names.contains(List.of(IP_ADDRESS, address.getHostAddress()));
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }

    /** When it begins to be valid. */
    public Instant notBefore() {
        return leaf().getNotBefore().toInstant();
    }

    /** When it ends. */
    public Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    /** Whether no authority stands behind it: the node has no credential yet. */
    public boolean selfSigned() {
        return chain.size() == 1 && Credential.signed(leaf(), leaf());
    }

    /** Whether it was issued by the authority of this credential, to this key. */
    public boolean matches(Credential credential, NodeKey key) {
        return Credential.signed(leaf(), credential.issuing())
                && leaf().getPublicKey().equals(key.publicKey());
    }

    /** When a third of its life is over. */
    public Instant renewAt() {
        return notBefore().plus(Duration.between(notBefore(), notAfter()).dividedBy(3));
    }

    /**
     * Whether a new one should be issued now: a third of its life is over, or it was issued while the clock ran ahead
     * and begins only in the future. One that begins together with its authority is as early as can be: a clock that is
     * still behind that is no reason to issue the same again and again.
     */
    public boolean dueForRenewal(Instant now) {
        boolean early = now.isBefore(notBefore())
                && notBefore().isAfter(chain.getLast().getNotBefore().toInstant());
        return early || !now.isBefore(renewAt());
    }
}
