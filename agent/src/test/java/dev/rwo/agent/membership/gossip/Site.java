package dev.rwo.agent.membership.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Members of one site in this process, each with a socket on the loopback interface. */
final class Site implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(40);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Box> boxes = new CopyOnWriteArrayList<>();
    private final List<String> seeds = new CopyOnWriteArrayList<>();

    static byte[] key(int filling) {
        byte[] key = new byte[KeyRing.KEY_BYTES];
        Arrays.fill(key, (byte) filling);
        return key;
    }

    static GossipSettings settings(String site) {
        return new GossipSettings(
                site,
                "127.0.0.1",
                0,
                "127.0.0.1",
                GossipSettings.Pace.LAN,
                GossipSettings.Limits.STANDARD.withConnections(4096, 4096));
    }

    /** One member, and what a test may do to it. */
    final class Box {
        final String name;
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final List<byte[]> firstKeys = List.of(key(1));
        final Scheduler clock = Schedulers.newSingle("clock-of-a-test", true);
        final GossipMembership membership;
        volatile List<byte[]> keys = firstKeys;
        volatile Runnable whileStarting = () -> {};

        @SuppressWarnings("NullAway.Init") // made with the first transport
        volatile Faults faults;

        private Box(String name, GossipSettings settings) {
            this.name = name;
            membership = new GossipMembership(
                    settings,
                    () -> keys,
                    () -> seeds,
                    MemberDigest.of("node-" + name, name, "127.0.0.1:8443", "test"),
                    Clock.systemUTC(),
                    meters,
                    Site.this::changed,
                    new GossipMembership.Machine(this::wire, clock, System::nanoTime));
        }

        private GossipMembership.Wire wire(GossipSettings settings, KeyRing ring, Refusals refusals, Traffic traffic) {
            GossipTransport transport = new GossipTransport(settings, ring, refusals, traffic);
            faults = new Faults(transport, () -> whileStarting.run());
            return new GossipMembership.Wire(faults, transport::forget);
        }

        Box start() {
            membership.start();
            await(name + " to start", () -> membership.problem().isEmpty());
            return this;
        }

        String address() {
            return membership.address();
        }

        boolean sees(int others) {
            return membership.members().others().stream()
                            .filter(member -> member.state() == MemberState.ALIVE)
                            .count()
                    == others;
        }

        boolean sees(String nodeName, Predicate<Member> what) {
            return membership.members().others().stream()
                    .anyMatch(member -> member.digest().name().equals(nodeName) && what.test(member));
        }

        double refused(Refusal reason) {
            return meters.get("rwo.gossip.refused")
                    .tag("reason", reason.id())
                    .counter()
                    .count();
        }
    }

    Box box(String name) {
        return box(name, settings("shop"));
    }

    Box box(String name, GossipSettings settings) {
        Box box = new Box(name, settings);
        boxes.add(box);
        return box;
    }

    /** So many, started together; the first three are known to all. */
    List<Box> grow(int count) {
        for (int i = 0; i < count; i++) {
            Box box = box("n" + i);
            box.membership.start();
        }
        await(
                "all to start",
                () -> boxes.stream().allMatch(box -> box.membership.problem().isEmpty()));
        boxes.stream().limit(3).map(Box::address).forEach(seeds::add);
        awaitWhole();
        return boxes;
    }

    void seed(String address) {
        seeds.add(address);
    }

    void awaitWhole() {
        await("all " + boxes.size() + " to agree", () -> boxes.stream().allMatch(box -> box.sees(boxes.size() - 1)));
    }

    void changed() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void await(String what, BooleanSupplier condition) {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (!condition.getAsBoolean()) {
                assertThat(left)
                        .as("waiting for " + what + ", seen by\n" + describe())
                        .isPositive();
                // Not everything that a test waits for is a change of the table: it also looks by itself.
                long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(50));
                left -= slice - Math.max(0, news.awaitNanos(slice));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass in which something must not happen. */
    void assertNever(Duration within, String what, BooleanSupplier condition) {
        long until = System.nanoTime() + within.toNanos();
        await(what + " not to happen", () -> {
            assertThat(condition.getAsBoolean()).as(what + "\n" + describe()).isFalse();
            return System.nanoTime() - until >= 0;
        });
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        boxes.forEach(box -> {
            text.append(box.name).append(' ').append(box.address()).append(' ').append(box.membership.problem());
            box.membership
                    .members()
                    .others()
                    .forEach(member -> text.append(' ')
                            .append(member.digest().name())
                            .append('=')
                            .append(member.state()));
            text.append('\n');
        });
        return text.toString();
    }

    @Override
    public void close() {
        boxes.stream()
                .map(box -> Thread.ofVirtual().start(box.membership::close))
                .toList()
                .forEach(Site::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
