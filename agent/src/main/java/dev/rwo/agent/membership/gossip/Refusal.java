package dev.rwo.agent.membership.gossip;

/** Why something that arrived was refused. */
enum Refusal {
    /** The connection does not begin like one of ours: another protocol, another version, noise. */
    NOT_GOSSIP("does not speak our protocol"),
    /** A frame that says to be longer than allowed. */
    OVERSIZED("sends a frame that is too long"),
    /** A frame too short to be one, or of another version. */
    MALFORMED_FRAME("sends something that is no frame"),
    /** Sealed with a key that is not installed here. */
    UNKNOWN_KEY("seals with a key that is not installed here (another site, or a key that was removed)"),
    /** Sealed with another key than it says, for another site, changed, or recorded on another connection. */
    FORGED("sends a frame that does not open (another site, changed, or replayed)"),
    /** Opened, but not a message that we know. */
    MALFORMED_MESSAGE("sends a message that we do not know"),
    /** No valid frame in time. */
    SILENT("connected and proved nothing in time"),
    /** A frame begun and not finished in time. */
    SLOW("began a frame and did not finish it in time"),
    /** More connections of one address than allowed. */
    CROWDED_ADDRESS("holds too many connections"),
    /** More connections than allowed; the oldest that proved nothing had to go. */
    CROWDED("had to make room for newer connections"),
    /** Metadata that is no digest. */
    MALFORMED_DIGEST("tells a digest that cannot be read");

    private final String words;

    Refusal(String words) {
        this.words = words;
    }

    /** The tag of the metric. */
    String id() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** How the log says it, after the address. */
    String words() {
        return words;
    }
}
