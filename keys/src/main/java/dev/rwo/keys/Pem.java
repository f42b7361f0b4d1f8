package dev.rwo.keys;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * RFC 7468 text of certificates and of elliptic-curve keys.
 *
 * <p>Keys are written as PKCS#8 with the public half inside, as OpenSSL does: the JDK leaves it out, and without it a
 * key pair cannot be read back from one file.
 */
final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    static String of(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate without encoding", e);
        }
    }

    static String of(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        chain.forEach(certificate -> text.append(of(certificate)));
        return text.toString();
    }

    static String of(KeyPair pair) {
        SubjectPublicKeyInfo half =
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
        ECPrivateKey secret = (ECPrivateKey) pair.getPrivate();
        int orderBits = secret.getParams().getOrder().bitLength();
        try {
            return block(
                    "PRIVATE KEY",
                    new PrivateKeyInfo(
                                    half.getAlgorithm(),
                                    new org.bouncycastle.asn1.sec.ECPrivateKey(
                                            orderBits, secret.getS(), half.getPublicKeyData(), null))
                            .getEncoded("DER"));
        } catch (IOException e) {
            throw new IllegalStateException("a key without encoding", e);
        }
    }

    /**
     * @throws GeneralSecurityException if the text holds no certificate, or one that is cut short or not X.509
     */
    static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (byte[] der : blocks("CERTIFICATE", text)) {
            certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return certificates;
    }

    /**
     * @throws GeneralSecurityException if the text holds no elliptic-curve key in PKCS#8 with its public half
     */
    static KeyPair keyPair(String text) throws GeneralSecurityException {
        byte[] der = blocks("PRIVATE KEY", text).getFirst();
        KeyFactory factory = KeyFactory.getInstance("EC");
        PrivateKey secret = factory.generatePrivate(new PKCS8EncodedKeySpec(der));
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(der);
        try {
            ASN1BitString point = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey())
                    .getPublicKey();
            if (point == null) {
                throw new GeneralSecurityException("the key has no public half inside");
            }
            PublicKey open = factory.generatePublic(new X509EncodedKeySpec(
                    new SubjectPublicKeyInfo(info.getPrivateKeyAlgorithm(), point.getBytes()).getEncoded("DER")));
            return new KeyPair(open, secret);
        } catch (IOException e) {
            throw new GeneralSecurityException("not an elliptic-curve key", e);
        }
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static List<byte[]> blocks(String label, String text) throws GeneralSecurityException {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        List<byte[]> blocks = new ArrayList<>();
        int from = text.indexOf(begin);
        while (from >= 0) {
            int to = text.indexOf(end, from);
            if (to < 0) {
                throw new GeneralSecurityException("cut short: '" + end + "' is missing");
            }
            blocks.add(decode(text.substring(from + begin.length(), to)));
            from = text.indexOf(begin, to);
        }
        if (blocks.isEmpty()) {
            throw new GeneralSecurityException("'" + begin + "' is missing");
        }
        return blocks;
    }

    private static byte[] decode(String lines) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(lines.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("not Base64", e);
        }
    }
}
