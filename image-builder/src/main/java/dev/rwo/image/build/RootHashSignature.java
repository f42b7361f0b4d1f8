package dev.rwo.image.build;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * What is in the signature partition of an image under dm-verity (Discoverable Partitions Specification, "Verity signature
 * partition"): a JSON object, and zeros up to the end.
 *
 * @param signer makes the signature of a root hash in hexadecimal digits: PKCS#7, detached, DER
 * @param certificate file of the signer's certificate, PEM
 */
record RootHashSignature(Function<String, byte[]> signer, Path certificate) {

    /**
     * The partition's content without the zeros.
     *
     * @param signature what the signer made
     */
    byte[] content(String roothash, byte[] signature) throws IOException {
        return JsonNodeFactory.instance
                .objectNode()
                .put("rootHash", roothash)
                .put("certificateFingerprint", fingerprint())
                .put("signature", Base64.getEncoder().encodeToString(signature))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private String fingerprint() throws IOException {
        try (var in = Files.newInputStream(certificate)) {
            X509Certificate signed =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(signed.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " is no certificate: " + e.getMessage(), e);
        }
    }
}
