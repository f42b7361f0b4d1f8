package dev.rwo.agent.trust;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the interface finds what works on trust, once the node has put its parts together. */
@Singleton
public class TrustOffice {

    private volatile @Nullable Parts parts;

    /** Makes a new key and certificate for this node. */
    @FunctionalInterface
    public interface Rekey {
        /**
         * Does it.
         *
         * @return what came of it, one line
         */
        String run();
    }

    /**
     * What works on trust.
     *
     * @param desk changes it
     * @param rekey makes this node's key anew
     * @param enrolment lets new nodes in
     */
    public record Parts(TrustDesk desk, Rekey rekey, EnrolmentDesk enrolment) {}

    /** Opens for questions. */
    public void open(Parts all) {
        parts = all;
    }

    /** What works on trust; empty while the agent starts. */
    public Optional<Parts> parts() {
        return Optional.ofNullable(parts);
    }
}
