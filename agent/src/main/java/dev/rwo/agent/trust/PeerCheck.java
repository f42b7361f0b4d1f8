package dev.rwo.agent.trust;

import dev.rwo.keys.PeerVerdict;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** Counts refused certificates by reason, and says so in the log once a minute a reason: an attacker must not fill it. */
final class PeerCheck {

    private static final Logger LOG = Logger.getLogger(PeerCheck.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Map<PeerVerdict.Reason, Line> lines = new EnumMap<>(PeerVerdict.Reason.class);

    private record Line(Instant at, long suppressed) {}

    PeerCheck(MeterRegistry meters, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
    }

    void judged(PeerVerdict verdict) {
        if (verdict instanceof PeerVerdict.Refused refused) {
            meters.counter("rwo.peer.refused", "reason", refused.reason().word())
                    .increment();
            say(refused);
        }
    }

    private void say(PeerVerdict.Refused refused) {
        long before;
        synchronized (lines) {
            Instant now = clock.instant();
            Line last = lines.get(refused.reason());
            if (last != null && Duration.between(last.at(), now).abs().compareTo(QUIET) < 0) {
                lines.put(refused.reason(), new Line(last.at(), last.suppressed() + 1));
                return;
            }
            before = last == null ? 0 : last.suppressed();
            lines.put(refused.reason(), new Line(now, 0));
        }
        LOG.warnf(
                "rwo: refused %s: %s%s",
                refused.reason().word(), refused.line(), before == 0 ? "" : " (and " + before + " more before)");
    }
}
