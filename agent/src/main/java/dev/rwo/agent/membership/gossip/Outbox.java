package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.transport.api.Transport;
import java.io.Externalizable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import reactor.core.scheduler.Scheduler;

/** News that waits a moment for more to the same member. */
final class Outbox {

    private static final Logger LOG = Logger.getLogger(Outbox.class);

    /** scalecube hands all news of a round over in a row; this only has to outlast that. */
    private static final Duration GATHER = Duration.ofMillis(2);

    /** A piece is 130 bytes; a message of so many is far below what a frame may carry. */
    private static final int AT_ONCE = 256;

    private final Transport wire;
    private final Scheduler timer;
    private final String boot;
    private final Map<String, List<Externalizable>> waiting = new HashMap<>();

    Outbox(Transport wire, Scheduler timer, String boot) {
        this.wire = wire;
        this.timer = timer;
        this.boot = boot;
    }

    synchronized void add(String address, Externalizable piece) {
        List<Externalizable> others = waiting.get(address);
        if (others == null) {
            waiting.put(address, new ArrayList<>(List.of(piece)));
            timer.schedule(() -> send(address), GATHER.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        others.add(piece);
        if (others.size() >= AT_ONCE) {
            send(address);
        }
    }

    private void send(String address) {
        List<Externalizable> pieces;
        synchronized (this) {
            pieces = waiting.remove(address);
        }
        if (pieces != null) {
            wire.send(address, NewsBundle.message(pieces, boot, wire.address()))
                    .subscribe(nothing -> {}, failure -> LOG.debugf("%s is not told the news: %s", address, failure));
        }
    }
}
