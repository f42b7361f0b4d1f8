package dev.rwo.keys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a key is known by: SHA-256 of its SubjectPublicKeyInfo. It stays the same when a certificate is renewed.
 *
 * @param hex 64 digits, lower case
 */
public record Fingerprint(String hex) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    /**
     * @throws IllegalArgumentException if it is not a fingerprint
     */
    public Fingerprint {
        if (!DIGITS.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a fingerprint: 64 hexadecimal digits are needed");
        }
    }

    /** Of a key. */
    public static Fingerprint of(PublicKey key) {
        return new Fingerprint(HexFormat.of().formatHex(sha256(key.getEncoded())));
    }

    /** Of the key in a certificate. */
    public static Fingerprint of(X509Certificate certificate) {
        return of(certificate.getPublicKey());
    }

    static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return hex.substring(0, 16);
    }
}
