package dev.rwo.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/**
 * A node's request for a certificate (PKCS#10, RFC 2986). Only the key in it counts, which it proves to hold: names are
 * given by whoever signs.
 *
 * @param encoded Base64 of the DER form
 * @param key the key that asks
 */
public record CertificateRequest(String encoded, PublicKey key) {
    private static final int LARGEST_BYTES = 4096;
    /** A P-256 key. */
    private static final int KEY_BYTES = 91;

    /** For a node's key. */
    public static CertificateRequest of(NodeKey key) {
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequestBuilder(
                            new X500Name("CN=rwo"),
                            SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()))
                    .build(new Certificates.EcSigner(key.privateKey(), key.publicKey()));
            return new CertificateRequest(Base64.getEncoder().encodeToString(request.getEncoded()), key.publicKey());
        } catch (IOException e) {
            throw new IllegalStateException("cannot write a certificate request", e);
        }
    }

    /**
     * Reads a request and checks that it was signed with the key in it.
     *
     * @throws CredentialException if not, or if it is anything else
     */
    public static CertificateRequest parse(String encoded) {
        try {
            byte[] der = Base64.getDecoder().decode(encoded);
            if (der.length > LARGEST_BYTES) {
                throw new CredentialException("the certificate request is too large");
            }
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            byte[] spki = request.getSubjectPublicKeyInfo().getEncoded("DER");
            if (spki.length != KEY_BYTES
                    || !request.getSignatureAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA256)) {
                throw new CredentialException("the certificate request is not of a P-256 key");
            }
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(key);
            signature.update(
                    request.toASN1Structure().getCertificationRequestInfo().getEncoded("DER"));
            if (!signature.verify(request.getSignature())) {
                throw new CredentialException("the certificate request is not signed with its key");
            }
            return new CertificateRequest(encoded, key);
        } catch (CredentialException known) {
            throw known;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Bouncy Castle throws a dozen unchecked kinds on bytes that are not what they say.
            throw new CredentialException("not a certificate request", e);
        }
    }

    /**
     * The proof that the asker holds the join secret, bound to this request, to the number given for once, and to the
     * server it talks to, so that none of them can be used elsewhere.
     */
    public String proof(String joinSecret, String nonce, X509Certificate server) {
        try {
            byte[] mac = Secrets.hmac(
                    joinSecret,
                    nonce.getBytes(StandardCharsets.US_ASCII),
                    new byte[] {0},
                    Fingerprint.sha256(encoded.getBytes(StandardCharsets.US_ASCII)),
                    Fingerprint.sha256(server.getEncoded()));
            return Base64.getEncoder().encodeToString(mac);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without encoding", e);
        }
    }

    /** Whether that is the proof. */
    public boolean isProved(String proof, String joinSecret, String nonce, X509Certificate server) {
        return MessageDigest.isEqual(
                proof.getBytes(StandardCharsets.UTF_8),
                proof(joinSecret, nonce, server).getBytes(StandardCharsets.UTF_8));
    }

    /** What people compare: six signs, also on the display of the box that asks. */
    public String code() {
        byte[] hash = Fingerprint.sha256(key.getEncoded());
        // Crockford's alphabet: nothing in it is taken for another sign.
        String signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        StringBuilder code = new StringBuilder();
        for (int n = 0; n < 6; n++) {
            code.append(signs.charAt(hash[n] & 31));
        }
        return code.toString();
    }
}
