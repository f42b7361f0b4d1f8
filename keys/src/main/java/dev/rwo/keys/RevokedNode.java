package dev.rwo.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node that the site refuses.
 *
 * @param nodeId its ID: refused also with a new key
 * @param name its name, for people
 * @param key its key as last seen; null when nobody knew it. Refused also under another ID
 * @param at when it was revoked
 */
public record RevokedNode(
        String nodeId, String name, @Nullable Fingerprint key, Instant at) {}
