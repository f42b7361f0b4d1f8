package dev.rwo.agent.refusal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** One line a minute for each address and reason, with how many there were meanwhile. Safe for use by many threads. */
public final class RefusalLines {

    private static final Duration QUIET = Duration.ofMinutes(1);
    /** An attacker chooses his addresses: what is remembered of them is bounded. */
    private static final int REMEMBERED = 256;

    private record About(String address, String reason) {}

    private record Said(long atNanos, long since) {}

    private final LongSupplier nanos;
    private final Map<About, Said> said = new LinkedHashMap<>();

    /**
     * Nothing was said yet.
     *
     * @param nanos a clock that never jumps
     */
    public RefusalLines(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Says it, if it is not too soon.
     *
     * @param address who was refused; empty when that is not known
     * @param reason one word, the same as in the metric
     * @param line for an operator
     */
    public void warn(Logger log, String address, String reason, String line) {
        OptionalLong unsaid = admit(address, reason);
        if (unsaid.isPresent()) {
            log.warnf(
                    "rwo: %s%s", line, unsaid.getAsLong() == 0 ? "" : " (and " + unsaid.getAsLong() + " more before)");
        }
    }

    /** How many were not said since the last line; empty when there shall be no line now. */
    synchronized OptionalLong admit(String address, String reason) {
        long now = nanos.getAsLong();
        About about = new About(address, reason);
        Said last = said.get(about);
        if (last != null && now - last.atNanos() < QUIET.toNanos()) {
            said.put(about, new Said(last.atNanos(), last.since() + 1));
            return OptionalLong.empty();
        }
        if (last == null && said.size() >= REMEMBERED) {
            said.values().removeIf(old -> now - old.atNanos() >= QUIET.toNanos());
            if (said.size() >= REMEMBERED) {
                return OptionalLong.empty();
            }
        }
        said.put(about, new Said(now, 0));
        return OptionalLong.of(last == null ? 0 : last.since());
    }
}
