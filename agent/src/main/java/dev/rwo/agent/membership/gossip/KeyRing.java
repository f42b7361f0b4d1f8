package dev.rwo.agent.membership.gossip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/** The installed keys with the short names that frames carry. */
final class KeyRing {

    static final int KEY_BYTES = 32;

    /** A key and its name on the wire: the first four bytes of a hash, which say nothing of the key. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never shown
    record Key(int id, byte[] bytes) {}

    private record Known(List<byte[]> given, List<Key> keys) {}

    private final GossipKeys source;
    private volatile Known known = new Known(List.of(), List.of());

    KeyRing(GossipKeys source) {
        this.source = source;
    }

    /** What seals, if anything is installed. */
    Optional<Key> primary() {
        List<Key> keys = keys();
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.getFirst());
    }

    Optional<Key> byId(int id) {
        for (Key key : keys()) {
            if (key.id() == id) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private List<Key> keys() {
        List<byte[]> given = source.installed();
        Known last = known;
        if (!last.given().equals(given)) {
            last = new Known(given, given.stream().map(KeyRing::named).toList());
            known = last;
        }
        return last.keys();
    }

    private static Key named(byte[] bytes) {
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("A gossip key has " + KEY_BYTES + " bytes, not " + bytes.length);
        }
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update("rwo gossip key id".getBytes(StandardCharsets.US_ASCII));
            return new Key(ByteBuffer.wrap(sha.digest(bytes)).getInt(), bytes.clone());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
