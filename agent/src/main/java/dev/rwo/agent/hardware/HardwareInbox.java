package dev.rwo.agent.hardware;

import java.util.LinkedHashSet;
import java.util.Set;

/** What was heard of since the last look; bounded, whatever the rate. */
final class HardwareInbox {

    /** A cause is for people; the first few of a burst say what it was. */
    private static final int CAUSES = 8;

    private final Set<String> causes = new LinkedHashSet<>();
    private long more;
    private boolean everything = true;
    private boolean first = true;

    /**
     * What was heard.
     *
     * @param everything whether also what changes only with a device is to be read again
     * @param sweep whether nothing was heard, and the look is the regular one
     * @param cause one line for people
     */
    record Heard(boolean everything, boolean sweep, String cause) {}

    /**
     * Puts something in.
     *
     * @param devices whether devices may have come or gone
     */
    synchronized void put(String cause, boolean devices) {
        everything |= devices;
        if (causes.size() < CAUSES) {
            causes.add(cause);
        } else if (!causes.contains(cause)) {
            more++;
        }
    }

    /** Takes everything out; when nothing was heard, it is the sweep (or the start) that looks. */
    synchronized Heard drain() {
        String cause = first ? "start" : causes.isEmpty() ? "sweep" : String.join(", ", causes);
        Heard heard =
                new Heard(everything, !first && causes.isEmpty(), more == 0 ? cause : cause + " and " + more + " more");
        causes.clear();
        more = 0;
        everything = false;
        first = false;
        return heard;
    }
}
