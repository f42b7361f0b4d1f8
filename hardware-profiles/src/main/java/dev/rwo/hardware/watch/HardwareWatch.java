package dev.rwo.hardware.watch;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.rwo.hardware.watch.EventSource.Sink;
import dev.rwo.hardware.watch.EventSource.WatchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears of devices that come, go and change, and of links that go up and down. It listens from the moment
 * {@link #start} returns: scan then, and again after every {@link Burst}, and nothing is lost.
 *
 * <p>Devices are heard of by udev's events where udev runs, because only then a device may be opened, otherwise by the
 * kernel's. What cannot be opened, or breaks later, is told by {@link #description()}; the sweep finds the rest. One
 * daemon thread waits for all sources; it is a platform thread because poll(2) would pin a virtual one.
 */
public final class HardwareWatch implements AutoCloseable {
    private static final Path UDEV_CONTROL = Path.of("/run/udev/control");
    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);
    private static final int EVENTFD_CLOEXEC_NONBLOCK = 0x8_0000 | 0x800;
    private static final short POLL_IN = 1;
    /** POLLHUP and POLLNVAL; POLLERR is how a socket tells that events were dropped, and reading clears it. */
    private static final int POLL_BROKEN = 0x30;

    private static final int POLL_ENTRY = 8;
    private static final int NO_TIMEOUT = -1;

    private final Consumer<Burst> receiver;
    private final BurstCollector collector = new BurstCollector(InstantSource.system());
    private final List<EventSource> sources = new CopyOnWriteArrayList<>();
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Sink sink = new Collecting();
    private @Nullable LibC c;
    private @Nullable Thread thread;
    private int stopDescriptor = -1;

    private HardwareWatch(Consumer<Burst> receiver) {
        this.receiver = receiver;
    }

    /** Opens one source. */
    @FunctionalInterface
    interface Opener {
        EventSource open(LibC c) throws WatchException;
    }

    /**
     * Begins to listen. Never fails: see {@link #description()}.
     *
     * @param receiver gets the bursts, on the watching thread; it should only make somebody else look, because events
     *     queue up in the kernel meanwhile
     */
    public static HardwareWatch start(Consumer<Burst> receiver) {
        HardwareWatch watch = new HardwareWatch(receiver);
        watch.listen(List.of(watch::openDevices, c -> new LinkEvents(c, LinkMessage::isHardware)));
        return watch;
    }

    /** Listens to sources of the caller's choice. */
    static HardwareWatch start(Consumer<Burst> receiver, List<Opener> openers) {
        HardwareWatch watch = new HardwareWatch(receiver);
        watch.listen(openers);
        return watch;
    }

    private EventSource openDevices(LibC libc) throws WatchException {
        if (!Files.exists(UDEV_CONTROL)) {
            troubles.add("udev does not run");
            return new KernelEvents(libc);
        }
        try {
            return new UdevEvents(Native.load("libudev.so.1", LibUdev.class), "udev");
        } catch (LinkageError | WatchException noUdev) {
            troubles.add("no udev events: " + line(noUdev));
            return new KernelEvents(libc);
        }
    }

    private void listen(List<Opener> openers) {
        try {
            LibC libc = Native.load("libc.so.6", LibC.class);
            c = libc;
            stopDescriptor = libc.eventfd(0, EVENTFD_CLOEXEC_NONBLOCK);
            if (stopDescriptor < 0) {
                throw new WatchException("eventfd failed with errno " + Native.getLastError());
            }
            openers.forEach(opener -> open(opener, libc));
            if (!sources.isEmpty()) {
                thread = Thread.ofPlatform().daemon().name("hardware-watch").start(() -> watch(libc));
            }
        } catch (LinkageError | WatchException noNativeCode) {
            troubles.add("no events at all: " + line(noNativeCode));
        }
    }

    private void open(Opener opener, LibC libc) {
        try {
            sources.add(opener.open(libc));
        } catch (WatchException unavailable) {
            troubles.add("a source of events cannot be opened: " + line(unavailable));
        }
    }

    private static String line(Throwable problem) {
        return String.valueOf(problem.getMessage()).lines().findFirst().orElse("");
    }

    /** What is heard and what is not, in one line, for example {@code hears kernel events, link messages; udev does not run}. */
    public String description() {
        List<String> names = sources.stream().map(EventSource::name).toList();
        String heard =
                names.isEmpty() ? "hears nothing, only the sweep finds changes" : "hears " + String.join(", ", names);
        return troubles.isEmpty() ? heard : heard + "; " + String.join("; ", troubles);
    }

    private void watch(LibC libc) {
        try {
            List<EventSource> alive = new ArrayList<>(sources);
            Memory polled = new Memory((long) POLL_ENTRY * (alive.size() + 1));
            while (!closed.get() && !alive.isEmpty()) {
                fill(polled, alive);
                int result = libc.poll(polled, alive.size() + 1L, timeout());
                if (result < 0 && Native.getLastError() != NetlinkSocket.INTERRUPTED) {
                    troubles.add("poll failed with errno " + Native.getLastError());
                    return;
                }
                if (result > 0) {
                    alive.removeAll(drain(polled, alive));
                }
                deliver();
            }
        } finally {
            sources.forEach(EventSource::close);
            sources.clear();
        }
    }

    private void fill(Memory polled, List<EventSource> alive) {
        polled.setInt(0, stopDescriptor);
        polled.setInt(4, POLL_IN);
        for (int index = 0; index < alive.size(); index++) {
            long entry = POLL_ENTRY * (index + 1L);
            polled.setInt(entry, alive.get(index).descriptor());
            // Sets the two halves: events, and revents to 0.
            polled.setInt(entry + 4, POLL_IN);
        }
    }

    /** Until the burst ends, rounded up so that the thread does not spin through the last millisecond. */
    private int timeout() {
        return collector
                .remaining(System.nanoTime())
                .map(nanos -> (int) ((nanos + 999_999) / 1_000_000))
                .orElse(NO_TIMEOUT);
    }

    /** Takes what has come; answers the sources that broke. */
    private List<EventSource> drain(Memory polled, List<EventSource> alive) {
        List<EventSource> broken = new ArrayList<>();
        for (int index = 0; index < alive.size(); index++) {
            EventSource source = alive.get(index);
            short answer = polled.getShort(POLL_ENTRY * (index + 1L) + 6);
            try {
                if ((answer & POLL_BROKEN) != 0) {
                    throw new WatchException("its descriptor is closed");
                }
                if (answer != 0) {
                    source.drain(sink);
                }
            } catch (WatchException failure) {
                troubles.add("no more " + source.name() + ": " + line(failure));
                sink.lost();
                broken.add(source);
                sources.remove(source);
                source.close();
            }
        }
        return broken;
    }

    private void deliver() {
        collector.finished(System.nanoTime()).ifPresent(burst -> {
            try {
                receiver.accept(burst);
            } catch (RuntimeException failure) {
                String trouble = "the receiver failed: " + failure;
                if (!troubles.contains(trouble) && troubles.size() < 10) {
                    troubles.add(trouble.lines().findFirst().orElse(""));
                }
            }
        });
    }

    /** Stops listening; a burst that has not ended is dropped. Waits at most 2 s for a receiver that is at work. */
    @Override
    public void close() {
        LibC libc = c;
        if (!closed.compareAndSet(false, true) || libc == null || stopDescriptor < 0) {
            return;
        }
        Memory one = new Memory(8);
        one.setLong(0, 1);
        libc.write(stopDescriptor, one, 8);
        if (thread == null || hasEnded(thread)) {
            libc.close(stopDescriptor);
        }
    }

    private static boolean hasEnded(Thread thread) {
        try {
            return thread != Thread.currentThread() && thread.join(LONGEST_STOP);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Into the collector, with the time. */
    private final class Collecting implements Sink {
        @Override
        public void event(String cause) {
            collector.event(cause, System.nanoTime());
        }

        @Override
        public void lost() {
            collector.lost(System.nanoTime());
        }
    }
}
