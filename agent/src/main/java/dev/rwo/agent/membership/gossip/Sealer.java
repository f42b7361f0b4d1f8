package dev.rwo.agent.membership.gossip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens the frames of one connection.
 *
 * <p>A frame is {@code version (1) | key id (4) | ciphertext | tag (16)}, AES-256-GCM, the header authenticated too.
 * Each connection seals with keys of its own: {@code HMAC-SHA256(gossip key, label | site | direction | challenge of the
 * one that connected | challenge of the one that accepted)}. Both challenges are random, so a recorded frame opens on
 * no other connection, at no other site and in no other direction. The nonce is the number of the frame: it is never
 * sent, never used twice with a key, and a frame that is left out, repeated or moved does not open. Random nonces
 * under the gossip key itself would need a rotation every few billion frames (NIST SP 800-38D, 8.3).
 *
 * <p>Not safe for use by several threads; the connection's event loop is its only user.
 */
final class Sealer {

    static final byte VERSION = 1;
    static final int CHALLENGE_BYTES = 16;
    static final int HEADER_BYTES = 5;
    static final int TAG_BYTES = 16;
    /** What a frame is longer than what it carries. */
    static final int OVERHEAD = HEADER_BYTES + TAG_BYTES;

    private static final byte[] LABEL = "rwo gossip frame 1".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 12;

    private final KeyRing ring;
    private final byte[] site;
    private final byte[] connecting;
    private final byte[] accepting;
    private final boolean connected;
    private final Map<Integer, SecretKeySpec> sealing = new HashMap<>();
    private final Map<Integer, SecretKeySpec> opening = new HashMap<>();
    private final Cipher cipher = newCipher();
    private long sealed;
    private long opened;

    /**
     * For one connection.
     *
     * @param connecting the challenge of the side that connected
     * @param accepting the challenge of the side that accepted
     * @param connected whether this side connected
     */
    Sealer(KeyRing ring, String site, byte[] connecting, byte[] accepting, boolean connected) {
        this.ring = ring;
        this.site = site.getBytes(StandardCharsets.UTF_8);
        this.connecting = connecting.clone();
        this.accepting = accepting.clone();
        this.connected = connected;
    }

    /** Seals what is to be sent next, or nothing when no key is installed. */
    byte @Nullable [] seal(byte[] content) {
        KeyRing.Key key = ring.primary().orElse(null);
        if (key == null) {
            return null;
        }
        byte[] frame = new byte[OVERHEAD + content.length];
        ByteBuffer.wrap(frame).put(VERSION).putInt(key.id());
        try {
            cipher.init(Cipher.ENCRYPT_MODE, derived(sealing, key, connected), nonce(sealed++));
            cipher.updateAAD(frame, 0, HEADER_BYTES);
            cipher.doFinal(content, 0, content.length, frame, HEADER_BYTES);
            return frame;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM cannot seal", e);
        }
    }

    /** Opens the next frame that arrived. */
    byte[] open(byte[] frame) throws RefusedException {
        if (frame.length < OVERHEAD || frame[0] != VERSION) {
            throw new RefusedException(
                    Refusal.MALFORMED_FRAME,
                    frame.length < OVERHEAD ? frame.length + " bytes" : "version " + (frame[0] & 0xff));
        }
        int id = ByteBuffer.wrap(frame, 1, Integer.BYTES).getInt();
        KeyRing.Key key = ring.byId(id)
                .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_KEY, "key " + Integer.toHexString(id)));
        try {
            cipher.init(Cipher.DECRYPT_MODE, derived(opening, key, !connected), nonce(opened++));
            cipher.updateAAD(frame, 0, HEADER_BYTES);
            return cipher.doFinal(frame, HEADER_BYTES, frame.length - HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new RefusedException(Refusal.FORGED, "frame " + opened + " of the connection");
        }
    }

    private SecretKeySpec derived(Map<Integer, SecretKeySpec> keys, KeyRing.Key key, boolean fromConnecting)
            throws GeneralSecurityException {
        SecretKeySpec known = keys.get(key.id());
        if (known != null) {
            return known;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.bytes(), "HmacSHA256"));
        mac.update(LABEL);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, site.length));
        mac.update(site);
        mac.update((byte) (fromConnecting ? 1 : 2));
        mac.update(connecting);
        mac.update(accepting);
        SecretKeySpec made = new SecretKeySpec(mac.doFinal(), "AES");
        // A ring holds a handful of keys; removed ones must not gather in a connection that lives for months.
        if (keys.size() > 8) {
            keys.clear();
        }
        keys.put(key.id(), made);
        return made;
    }

    private static GCMParameterSpec nonce(long number) {
        byte[] nonce = new byte[NONCE_BYTES];
        ByteBuffer.wrap(nonce).putLong(Integer.BYTES, number);
        return new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce);
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has AES-GCM", e);
        }
    }
}
