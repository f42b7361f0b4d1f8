package dev.rwo.agent.trust;

import dev.rwo.keys.Fingerprint;
import dev.rwo.keys.TrustDocument;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries rotations on, step by step: a step that would shut a member out waits until that member is ready for it. The
 * document itself says how far a rotation is, so that any later leader carries on where one broke off.
 *
 * <p>Gossip: install (all decrypt with the new key), use (all encrypt with it), remove. Issuing authority, and with it
 * the root: bring the new one, wait until every member shows a certificate of it, distrust the old one.
 */
public final class RotationPlanner {

    private RotationPlanner() {}

    /**
     * A present member, this node among them.
     *
     * @param version of the trust document that it holds
     * @param authority that issued the certificate it shows; null when it is not known
     */
    public record Holder(
            String nodeId,
            String name,
            long version,
            @Nullable Fingerprint authority) {}

    /** What comes next. */
    public enum Move {
        /** Encrypt gossip with the newest key. */
        USE_GOSSIP_KEY,
        /** Forget the gossip keys of before. */
        REMOVE_GOSSIP_KEYS,
        /** Distrust the authority, and the root, of before. */
        FINISH_ISSUING
    }

    /**
     * What comes next, or what is waited for.
     *
     * @param move null when nothing can be done now
     * @param line in words; empty when no rotation is under way
     */
    public record Advice(@Nullable Move move, String line) {

        static final Advice NOTHING = new Advice(null, "");

        /** The move, if there is one. */
        public Optional<Move> next() {
            return Optional.ofNullable(move);
        }
    }

    /** Whether a rotation is under way. */
    public static boolean isRotating(TrustDocument document) {
        return document.gossipRotates() || document.retiring() != null;
    }

    /**
     * Plans for the leader.
     *
     * @param holders every present member that is not revoked
     */
    public static Advice plan(TrustDocument document, List<Holder> holders) {
        if (!isRotating(document)) {
            return Advice.NOTHING;
        }
        Optional<Holder> behind = holders.stream()
                .filter(holder -> holder.version() != document.version())
                .findFirst();
        if (behind.isPresent()) {
            return new Advice(
                    null,
                    "waiting for " + behind.get().name() + ", which holds version "
                            + behind.get().version() + " of " + document.version());
        }
        if (document.gossipRotates()) {
            return document.newestGossipKeyIsUsed()
                    ? new Advice(Move.REMOVE_GOSSIP_KEYS, "every member uses the new gossip key: the old one goes")
                    : new Advice(Move.USE_GOSSIP_KEY, "every member has the new gossip key: it is used now");
        }
        return holders.stream()
                .filter(holder ->
                        holder.authority() == null || holder.authority().equals(document.retiring()))
                .findFirst()
                .map(old ->
                        new Advice(null, "waiting for " + old.name() + " to show a certificate of the new authority"))
                .orElseGet(() -> new Advice(
                        Move.FINISH_ISSUING, "every member has a certificate of the new authority: the old one goes"));
    }
}
