package dev.rwo.agent.membership.gossip;

import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.ClusterImpl;
import io.scalecube.cluster.ClusterMessageHandler;
import io.scalecube.cluster.membership.MembershipEvent;
import io.scalecube.cluster.transport.api.Transport;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The site's members by gossip. It starts and restarts by itself; while it cannot run, it has only this node and says
 * why.
 */
public final class GossipMembership implements Membership, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(GossipMembership.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration GOODBYE = Duration.ofSeconds(3);
    /** After so long without a change the next is told at once. */
    private static final Duration CALM = Duration.ofSeconds(5);
    /** How long we wait for signs of a member that was declared dead while we were not well. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final SecureRandom RANDOM = new SecureRandom();

    /** What carries messages, and how a connection of it is given up; tests and simulations bring their own. */
    record Wire(Transport transport, Consumer<String> forget) {}

    /** Makes what carries messages. */
    interface WireFactory {
        Wire make(GossipSettings settings, KeyRing ring, Refusals refusals, Traffic traffic);
    }

    /** What the time and the network of a member are; tests and simulations bring their own. */
    record Machine(WireFactory wires, Scheduler timer, LongSupplier nanos) {

        private static Machine real() {
            // An answer that fails after the one who asked gave up is nobody's error; on a busy box it would be in the
            // log with its stack trace, again and again.
            Hooks.onErrorDropped(late -> LOG.debugf("gossip: after nobody waited any more: %s", late));
            return new Machine(
                    (settings, ring, refusals, traffic) -> {
                        GossipTransport transport = new GossipTransport(settings, ring, refusals, traffic);
                        return new Wire(transport, transport::forget);
                    },
                    Schedulers.newSingle("gossip-clock", true),
                    System::nanoTime);
        }
    }

    private record Running(Cluster cluster, Transport transport, SwimTransport swim, LocalHealth health) {}

    private final WireFactory wires;
    private final KeyRing ring;
    private final Supplier<List<String>> seeds;
    private final Runnable changed;
    private final Refusals refusals;
    private final Traffic traffic;
    private final Roll roll;
    private final LongSupplier nanos;
    private final Scheduler timer;
    /** Held while it starts or stops, which takes seconds; never while telling. */
    private final Object lifecycle = new Object();

    private volatile GossipSettings settings;
    private MemberDigest digest;
    private MemberDigest told;
    private volatile @Nullable Running running;
    private volatile String problem = "not started";
    private volatile boolean closed;
    private boolean telling;
    private long toldAt;

    /**
     * Nothing runs yet.
     *
     * @param keys the site's gossip keys
     * @param seeds addresses {@code ip:port} where discovery found gossip of this site; asked again and again
     * @param self what this node tells of itself at first
     * @param changed called after {@link #members()} changed, by a thread that must not be kept
     */
    public GossipMembership(
            GossipSettings settings,
            GossipKeys keys,
            Supplier<List<String>> seeds,
            MemberDigest self,
            Clock clock,
            MeterRegistry meters,
            Runnable changed) {
        this(settings, keys, seeds, self, clock, meters, changed, Machine.real());
    }

    GossipMembership(
            GossipSettings settings,
            GossipKeys keys,
            Supplier<List<String>> seeds,
            MemberDigest self,
            Clock clock,
            MeterRegistry meters,
            Runnable changed,
            Machine machine) {
        this.settings = settings;
        this.seeds = seeds;
        this.changed = changed;
        wires = machine.wires();
        timer = machine.timer();
        nanos = machine.nanos();
        ring = new KeyRing(keys);
        digest = self;
        told = self;
        roll = new Roll(clock, nanos, self);
        refusals = new Refusals(meters, nanos);
        traffic = new Traffic(meters);
        toldAt = nanos.getAsLong() - CALM.toNanos();
        Gauge.builder("rwo.gossip.health", this, GossipMembership::health)
                .description("Local health score of gossip: 0 is well, 8 the worst")
                .register(meters);
        Gauge.builder(
                        "rwo.gossip.members",
                        this,
                        self0 -> self0.members().present().size() + 1)
                .description("Members that are present, this node included")
                .register(meters);
    }

    private double health() {
        Running now = running;
        return now == null ? 0 : now.health().score();
    }

    /** Starts, in the background, and tries again until it works. */
    public void start() {
        timer.schedulePeriodically(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        Thread.ofVirtual().name("gossip-start").start(this::attempt);
    }

    /** Why gossip does not run, empty when it does. */
    public String problem() {
        return problem;
    }

    /** This node's gossip address, {@code ip:port}, empty while it does not run. */
    public String address() {
        return members().self().address();
    }

    @Override
    public MemberTable members() {
        return roll.table();
    }

    @Override
    public synchronized void tell(UnaryOperator<MemberDigest> change) {
        MemberDigest after = change.apply(digest);
        if (after.equals(digest)) {
            return;
        }
        digest = after;
        roll.tell(after);
        if (!telling) {
            telling = true;
            boolean calm = nanos.getAsLong() - toldAt >= CALM.toNanos();
            timer.schedule(this::spread, calm ? 0 : settings.pace().gather().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void spread() {
        telling = false;
        catchUp();
    }

    private synchronized void catchUp() {
        if (!digest.equals(told)) {
            announce();
        }
    }

    private synchronized void announce() {
        Running now = running;
        if (now == null) {
            return;
        }
        told = digest;
        toldAt = nanos.getAsLong();
        byte[] bytes = DigestJson.write(digest);
        now.swim().says(bytes);
        now.cluster().updateMetadata(bytes).subscribe(id -> {}, failure -> LOG.debug(failure));
    }

    /** This node's address changed: starts anew under it. Others see a new boot, and the old one leaving. */
    public void advertise(String host) {
        synchronized (lifecycle) {
            if (settings.host().equals(host) || closed) {
                return;
            }
            settings = settings.withHost(host);
            halt(Duration.ofMillis(500));
        }
        attempt();
    }

    /** Says goodbye and ends. */
    @Override
    public void close() {
        synchronized (lifecycle) {
            closed = true;
            halt(GOODBYE);
        }
        timer.dispose();
    }

    private void attempt() {
        synchronized (lifecycle) {
            if (closed || running != null) {
                return;
            }
            try {
                running = begin();
                problem = "";
            } catch (RuntimeException e) {
                problem = reason(e);
                LOG.warnf("rwo: gossip does not run: %s", problem);
                timer.schedule(
                        () -> Thread.ofVirtual().name("gossip-start").start(this::attempt),
                        RETRY.toMillis(),
                        TimeUnit.MILLISECONDS);
            }
        }
        // What changed while it began was told to nobody.
        catchUp();
        changed.run();
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "this machine's own host name does not resolve (" + cause.getMessage()
                        + "): add it to /etc/hosts or install libnss-myhostname";
            }
        }
        return String.valueOf(failure.getMessage());
    }

    private synchronized MemberDigest current() {
        told = digest;
        return digest;
    }

    private Running begin() {
        String boot = HexFormat.of().toHexDigits(RANDOM.nextLong());
        LocalHealth health = new LocalHealth(nanos);
        Wire wire = wires.make(settings, ring, refusals, traffic);
        Hearing hearing = new Hearing(nanos, () -> roll.addresses().size() > 1);
        SwimTransport swim = new SwimTransport(
                new Probe.Surroundings(wire.transport(), wire.forget(), settings.pace(), health, hearing, timer, nanos),
                seeds,
                roll,
                boot,
                changed);
        byte[] bytes = DigestJson.write(current());
        swim.says(bytes);
        ClusterImpl cluster = new ClusterImpl(SwimConfig.of(boot, settings, bytes))
                .transport(
                        transport -> transport.transportFactory(ignored -> swim).port(settings.port()))
                .handler(started -> {
                    roll.restarted(boot, started.member().address());
                    return new Events(health, swim);
                });
        try {
            cluster.start().block(START);
        } catch (RuntimeException e) {
            wire.transport().stop().subscribe();
            throw e;
        }
        LOG.infof("rwo: gossip runs at %s, boot %s", members().self().address(), boot);
        return new Running(cluster, wire.transport(), swim, health);
    }

    /** What runs now ends; others are told, as long as that takes no longer than given. */
    private void halt(Duration patience) {
        Running last = running;
        running = null;
        problem = closed ? "closed" : "restarting";
        if (last == null) {
            return;
        }
        last.cluster().shutdown();
        try {
            last.cluster().onShutdown().block(patience);
        } catch (IllegalStateException e) {
            LOG.debugf("rwo: gossip's goodbye took longer than %s", patience);
        }
        try {
            last.transport().stop().block(GOODBYE);
        } catch (IllegalStateException e) {
            LOG.debugf("rwo: gossip's sockets did not close within %s", GOODBYE);
        }
    }

    private void tick() {
        Running now = running;
        if (now == null) {
            return;
        }
        Duration pause = now.health().tick(TICK);
        if (pause.compareTo(settings.pace().forgottenAfter(members().present().size())) >= 0) {
            LOG.infof("rwo: this node did not run for %s s; telling the others that it is back", pause.toSeconds());
            now.swim().wakeUp();
            announce();
        }
        if (roll.sweep()) {
            changed.run();
        }
    }

    /** Optional reading of a digest: what cannot be read is refused and counted. */
    private Optional<MemberDigest> read(String address, @Nullable ByteBuffer metadata) {
        if (metadata == null) {
            return Optional.empty();
        }
        byte[] bytes = new byte[metadata.remaining()];
        metadata.duplicate().get(bytes);
        try {
            return Optional.of(DigestJson.read(bytes));
        } catch (RefusedException e) {
            refusals.refuse(address, e.reason(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private final class Events implements ClusterMessageHandler {

        private final LocalHealth health;
        private final SwimTransport swim;

        private Events(LocalHealth health, SwimTransport swim) {
            this.health = health;
            this.swim = swim;
        }

        @Override
        public void onMembershipEvent(MembershipEvent event) {
            String boot = event.member().id();
            String address = event.member().address();
            boolean any = switch (event.type()) {
                case ADDED, UPDATED ->
                    read(address, event.newMetadata())
                            .map(heard -> roll.present(boot, address, heard))
                            .orElse(false);
                case LEAVING -> roll.change(boot, MemberState.LEFT);
                case REMOVED -> {
                    swim.gone(boot);
                    yield health.isRecovering() ? roll.doubt(boot, PATIENCE) : roll.change(boot, MemberState.DEAD);
                }
            };
            if (any) {
                changed.run();
            }
        }
    }
}
