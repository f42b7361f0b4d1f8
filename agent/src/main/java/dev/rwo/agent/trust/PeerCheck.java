package dev.rwo.agent.trust;

import dev.rwo.agent.refusal.RefusalLines;
import dev.rwo.keys.PeerVerdict;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Counts refused certificates by reason, and says so in the log once a minute a reason: an attacker must not fill it. */
final class PeerCheck {

    private static final Logger LOG = Logger.getLogger(PeerCheck.class);

    private final MeterRegistry meters;
    private final RefusalLines lines;

    PeerCheck(MeterRegistry meters, LongSupplier nanos) {
        this.meters = meters;
        this.lines = new RefusalLines(nanos);
    }

    void judged(PeerVerdict verdict) {
        if (verdict instanceof PeerVerdict.Refused refused) {
            String reason = refused.reason().word();
            meters.counter("rwo.peer.refused", "reason", reason).increment();
            // The handshake does not say from where it is.
            lines.warn(LOG, "", reason, "refused " + reason + ": " + refused.line());
        }
    }
}
