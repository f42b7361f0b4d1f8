package dev.rwo.agent.swarm;

/** Writing to the swarm by version: another write that came between, whoever's it is, is no reason to give up. */
public final class CompareAndSwap {

    private static final int TRIES = 4;

    private CompareAndSwap() {}

    /** Reads what there is, and writes; to be done again as a whole. */
    @FunctionalInterface
    public interface Write<T> {
        /** Once. */
        T run() throws OrchestratorException;
    }

    /** Writes, a few times if need be. */
    public static <T> T retried(Write<T> write) throws OrchestratorException {
        for (int attempt = 1; ; attempt++) {
            try {
                return write.run();
            } catch (OrchestratorException refused) {
                if (attempt == TRIES || !isStale(refused)) {
                    throw refused;
                }
            }
        }
    }

    /** SwarmKit's word for a version that is not the newest (manager/state/store, ErrSequenceConflict). */
    private static boolean isStale(OrchestratorException refused) {
        return String.valueOf(refused.getMessage()).contains("out of sequence");
    }
}
