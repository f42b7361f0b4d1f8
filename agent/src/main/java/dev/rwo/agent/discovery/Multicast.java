package dev.rwo.agent.discovery;

import dev.rwo.agent.fabric.LanAddress;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Announcing this node on the LAN and hearing others there, on whichever network the box is. Safe for many threads. */
final class Multicast {

    private final Supplier<Set<InetAddress>> ownAddresses;
    private final Consumer<Sighting> sighted;
    private final BooleanSupplier alone;
    private final Clock clock;
    private final LongSupplier nanos;
    private final AtomicLong droppedBefore = new AtomicLong();

    private volatile @Nullable Mdns mdns;
    private volatile String problem = "";
    /** By {@link #nanos}; 0 while it does not listen. */
    private volatile long listeningSinceNanos;

    /**
     * Silent at first.
     *
     * @param sighted told of every other node that is heard
     * @param alone whether nobody of this site is known yet: then it asks more often
     * @param nanos a clock that never jumps
     */
    Multicast(
            Supplier<Set<InetAddress>> ownAddresses,
            Consumer<Sighting> sighted,
            BooleanSupplier alone,
            Clock clock,
            LongSupplier nanos,
            MeterRegistry meters) {
        this.ownAddresses = ownAddresses;
        this.sighted = sighted;
        this.alone = alone;
        this.clock = clock;
        this.nanos = nanos;
        FunctionCounter.builder("rwo.discovery.mdns.dropped", this, Multicast::dropped)
                .description("mDNS packets about RWO that were dropped: too many, malformed, or of another network")
                .register(meters);
    }

    private double dropped() {
        Mdns current = mdns;
        return droppedBefore.get() + (current == null ? 0 : current.dropped());
    }

    /** Where it announces this node; null for nowhere. */
    @Nullable
    LanAddress announcedOn() {
        Mdns current = mdns;
        return current == null ? null : current.announcement().address();
    }

    /** Why multicast does not work here, one line; empty when it does. */
    String problem() {
        return problem;
    }

    /** For how long the node has listened for others on its present network; empty while it does not. */
    Optional<Duration> listened() {
        long since = listeningSinceNanos;
        return since == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos.getAsLong() - since));
    }

    /** From here on the node counts as listening, if only for those whom it asks itself. */
    void listening() {
        if (listeningSinceNanos == 0) {
            // 0 means that it does not.
            listeningSinceNanos = nanos.getAsLong() | 1;
        }
    }

    /** Falls silent. */
    synchronized void end() {
        Mdns before = mdns;
        if (before != null) {
            droppedBefore.addAndGet(before.dropped());
            before.close();
            mdns = null;
            listeningSinceNanos = 0;
        }
    }

    /**
     * Announces the node.
     *
     * @throws IOException when multicast does not work here; the node counts as listening all the same
     */
    synchronized void begin(Announcement announcement) throws IOException {
        // Even when multicast does not work here, a birth must not wait for it.
        listening();
        try {
            mdns = Mdns.start(announcement, ownAddresses, sighted, alone::getAsBoolean, clock);
            problem = "";
        } catch (IOException unable) {
            problem = String.valueOf(unable.getMessage());
            throw unable;
        }
    }
}
