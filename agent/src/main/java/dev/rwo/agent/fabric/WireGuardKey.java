package dev.rwo.agent.fabric;

import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Base64;
import javax.crypto.KeyAgreement;

/**
 * The node's X25519 key for WireGuard. The private half is in a file as {@code wg} wants it, for root only, and is never
 * held in memory longer than it takes to make the public one. It outlives reboots; a reset takes it away with everything
 * else below {@code /var/lib/rwo}, and so gives the box another address in the fabric.
 *
 * @param file the private key, base64
 * @param publicKey the public key, base64
 */
public record WireGuardKey(Path file, String publicKey) {

    private static final String CURVE = "X25519";
    private static final int LENGTH = 32;
    /** The curve's base point; RFC 7748, section 4.1. */
    private static final BigInteger BASE = BigInteger.valueOf(9);

    /**
     * Reads the key, or makes it the first time.
     *
     * @param file {@code pki/wireguard.key}
     * @throws IOException when it can be neither read nor written, or holds no key
     */
    public static WireGuardKey keep(Path file) throws IOException {
        byte[] secret;
        try {
            secret = decode(Files.readString(file, StandardCharsets.US_ASCII).strip());
            if (secret.length != LENGTH) {
                throw new IOException(
                        file + ": holds no WireGuard key; delete it, and the box makes another with another address");
            }
            // Repairs the permissions if somebody loosened them.
            write(file, secret);
        } catch (NoSuchFileException none) {
            secret = new byte[LENGTH];
            new SecureRandom().nextBytes(secret);
            clamp(secret);
            write(file, secret);
        }
        try {
            return new WireGuardKey(file, Base64.getEncoder().encodeToString(publicOf(secret)));
        } catch (GeneralSecurityException impossible) {
            throw new IOException(file + ": no public key can be made of it: " + impossible.getMessage(), impossible);
        }
    }

    /** Whether a text has the form of a public key: the base64 of 32 bytes, written in the only way there is. */
    public static boolean isPublicKey(String text) {
        byte[] bytes = decode(text);
        return bytes.length == LENGTH
                && Base64.getEncoder().encodeToString(bytes).equals(text);
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException noBase64) {
            return new byte[0];
        }
    }

    private static void write(Path file, byte[] secret) throws IOException {
        byte[] line = (Base64.getEncoder().encodeToString(secret) + "\n").getBytes(StandardCharsets.US_ASCII);
        new AtomicFiles().write(file, line, AtomicFiles.PRIVATE_FILE);
    }

    /** RFC 7748, section 5: what every implementation does before use; {@code wg genkey} does it at once. */
    private static void clamp(byte[] secret) {
        secret[0] &= (byte) 248;
        secret[LENGTH - 1] &= 127;
        secret[LENGTH - 1] |= 64;
    }

    /** A public key is what the base point agrees on with the private one. */
    private static byte[] publicOf(byte[] secret) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance(CURVE);
        KeyAgreement agreement = KeyAgreement.getInstance(CURVE);
        agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret)));
        agreement.doPhase(keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE)), true);
        return agreement.generateSecret();
    }
}
