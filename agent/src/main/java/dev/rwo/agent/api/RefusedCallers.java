package dev.rwo.agent.api;

import dev.rwo.agent.peer.PlainText;
import dev.rwo.agent.refusal.RefusalLines;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.spi.runtime.AuthorizationFailureEvent;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Counts and logs callers that show no certificate, or one that is good for less than they ask for. Certificates that are
 * good for nothing are counted where they are judged, under the same name.
 */
@Singleton
public class RefusedCallers {

    private static final Logger LOG = Logger.getLogger(RefusedCallers.class);
    private static final int LONGEST_PATH = 80;

    private final MeterRegistry meters;
    private final RefusalLines lines = new RefusalLines(System::nanoTime);

    /** For this node. */
    public RefusedCallers(MeterRegistry meters) {
        this.meters = meters;
    }

    void refused(@Observes AuthorizationFailureEvent event) {
        boolean stranger = event.getSecurityIdentity() == null
                || event.getSecurityIdentity().isAnonymous();
        String reason = stranger ? "no-certificate" : "not-allowed";
        meters.counter("rwo.peer.refused", "reason", reason).increment();
        String from = "";
        String path = "";
        if (event.getEventProperties().get(RoutingContext.class.getName()) instanceof RoutingContext request) {
            from = String.valueOf(request.request().remoteAddress().hostAddress());
            path = PlainText.of(String.valueOf(request.request().path()), LONGEST_PATH);
        }
        lines.warn(
                LOG,
                from,
                reason,
                "refused " + reason + ": " + (from.isEmpty() ? "a caller" : from) + " asked for "
                        + (path.isEmpty() ? "what it may not" : path));
    }
}
