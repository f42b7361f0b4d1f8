package dev.rwo.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What follows from a site's enrolment secret: HKDF-SHA256 (RFC 5869), one label for each use. */
final class Secrets {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** The first gossip key: every box of an image has it, so that a birth needs no exchange. */
    static String gossipKey(String enrolmentSecret, SiteName site) {
        return Base64.getEncoder().encodeToString(derive(enrolmentSecret, "rwo gossip v1 " + site));
    }

    /** What boxes of trust mode {@code approve} carry: with it one may ask, and nothing follows from it. */
    static String joinSecret(String enrolmentSecret, SiteName site) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(derive(enrolmentSecret, "rwo join v1 " + site));
    }

    static String randomKey() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** Encrypts for everybody who has the enrolment secret, and for nobody else; AES-256-GCM. */
    static String seal(String enrolmentSecret, SiteName site, String text) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, enrolmentSecret, site, nonce)
                    .doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
            return Base64.getEncoder().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    /**
     * @throws CredentialException if it was sealed with another secret, or changed
     */
    static String open(String enrolmentSecret, SiteName site, String sealed) {
        try {
            byte[] whole = Base64.getDecoder().decode(sealed);
            if (whole.length < NONCE_BYTES + TAG_BITS / 8) {
                throw new CredentialException("the sealed issuing key is cut short");
            }
            byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
            return new String(
                    cipher(Cipher.DECRYPT_MODE, enrolmentSecret, site, nonce)
                            .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES),
                    StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CredentialException("the new issuing key is sealed for another site", e);
        }
    }

    static byte[] hmac(String secret, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
    }

    private static Cipher cipher(int mode, String enrolmentSecret, SiteName site, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        SecretKeySpec key = new SecretKeySpec(derive(enrolmentSecret, "rwo issuing v1 " + site), "AES");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }

    private static byte[] derive(String secret, String label) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret.getBytes(StandardCharsets.UTF_8))
                            .thenExpand(label.getBytes(StandardCharsets.UTF_8), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
        }
    }
}
