package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.rwo.hardware.watch.EventSource.WatchException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The watch on the kernel of this machine. A word written to a device's uevent file makes the kernel tell of it. */
@Timeout(60)
class HardwareWatchTest {
    private static final Path PROCESSOR = Path.of("/sys/devices/system/cpu/cpu0/uevent");
    private static final Path NULL_DEVICE = Path.of("/sys/class/mem/null/uevent");
    private static final Path METADATA = Path.of(
            "src/main/resources/META-INF/native-image/dev.rwo/rwo-hardware-profiles/reachability-metadata.json");
    private static final long DEADLINE_SECONDS = 20;

    private final BlockingQueue<Burst> bursts = new LinkedBlockingQueue<>();

    private static void needsEvents() {
        boolean possible = Files.isWritable(PROCESSOR);
        if (!possible) {
            System.out.println("skipped: " + PROCESSOR + " is not writable, so no event can be made (not root?)");
        }
        assumeTrue(possible);
    }

    private static void tell(Path device, int times) throws IOException {
        try (FileOutputStream uevent = new FileOutputStream(device.toFile())) {
            for (int time = 0; time < times; time++) {
                uevent.write("change".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private Burst next() throws InterruptedException {
        Burst burst = bursts.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(burst).as("a burst within " + DEADLINE_SECONDS + " s").isNotNull();
        return burst;
    }

    @Test
    void aChangedDeviceIsHeardOf() throws IOException, InterruptedException {
        needsEvents();
        Instant before = Instant.now();
        try (HardwareWatch watch = HardwareWatch.start(bursts::add)) {
            assertThat(watch.description()).startsWith("hears ").contains("link messages");
            long told = System.nanoTime();
            tell(PROCESSOR, 1);
            Burst burst = next();
            long heard = System.nanoTime();

            assertThat(burst.causes()).contains("change cpu cpu0");
            assertThat(burst.lost()).isFalse();
            assertThat(burst.first()).isAfterOrEqualTo(before.minusSeconds(1));
            System.out.printf(
                    Locale.ROOT,
                    "event to burst: %.1f ms (100 ms of it the quiet period); %s%n",
                    (heard - told) / 1e6,
                    watch.description());
        }
    }

    @Test
    void tenThousandEventsAreAFewBursts() throws IOException, InterruptedException {
        needsEvents();
        try (HardwareWatch watch = HardwareWatch.start(bursts::add)) {
            assertThat(watch.description()).startsWith("hears ");
            long begun = System.nanoTime();
            tell(PROCESSOR, 10_000);
            long told = System.nanoTime();
            int heard = 0;
            int count = 0;
            boolean lost = false;
            while (heard < 10_000 && !lost) {
                Burst burst = next();
                heard += burst.count();
                lost = burst.lost();
                count++;
                assertThat(burst.causes()).hasSizeLessThanOrEqualTo(8);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;

            // One each half second, and the last.
            assertThat(count).isLessThanOrEqualTo((int) (seconds * 2) + 2);
            System.out.printf(
                    Locale.ROOT,
                    "10,000 events, told within %.0f ms: %d heard in %d bursts, lost: %s%n",
                    (told - begun) / 1e6,
                    heard,
                    count,
                    lost);
        }
    }

    @Test
    void eventsThatTheKernelHadToDropAreToldAsLost() throws IOException, InterruptedException {
        needsEvents();
        boolean udevRuns = Files.exists(Path.of("/run/udev/control"));
        if (udevRuns) {
            System.out.println("skipped: 40,000 events would keep this machine's udevd busy");
        }
        assumeTrue(!udevRuns);
        CountDownLatch released = new CountDownLatch(1);
        try (HardwareWatch watch = HardwareWatch.start(burst -> {
            bursts.add(burst);
            await(released);
        })) {
            assertThat(watch.description()).startsWith("hears ");
            tell(PROCESSOR, 1);
            next();
            tell(PROCESSOR, 40_000);
            released.countDown();
            Burst burst = next();
            while (!burst.lost()) {
                burst = next();
            }
            tell(PROCESSOR, 1);
            assertThat(next().causes()).as("it goes on hearing").isNotNull();
        } finally {
            released.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not released");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatMeansNothingIsNotToldOf() throws IOException, InterruptedException {
        needsEvents();
        assumeTrue(Files.isWritable(NULL_DEVICE));
        try (HardwareWatch watch = HardwareWatch.start(bursts::add)) {
            assertThat(watch.description()).startsWith("hears ");
            tell(NULL_DEVICE, 100);
            tell(PROCESSOR, 1);

            assertThat(next().causes())
                    .noneMatch(cause -> cause.contains("null"))
                    .contains("change cpu cpu0");
        }
    }

    @Test
    void udevsLibraryTellsTheSame() throws IOException, InterruptedException {
        needsEvents();
        LibUdev udev = loadedUdev();
        assumeTrue(udev != null);
        // Without udevd nobody sends to the group "udev": the kernel's group goes the same way through the library.
        try (HardwareWatch watch = HardwareWatch.start(bursts::add, List.of(c -> new UdevEvents(udev, "kernel")))) {
            assertThat(watch.description()).isEqualTo("hears udev events");
            tell(PROCESSOR, 3);

            assertThat(next().causes()).contains("change cpu cpu0");
        }
    }

    private static @Nullable LibUdev loadedUdev() {
        try {
            return Native.load("libudev.so.1", LibUdev.class);
        } catch (UnsatisfiedLinkError missing) {
            System.out.println("skipped: no libudev.so.1 here");
            return null;
        }
    }

    @Test
    void aLinkThatComesAndGoesIsHeardOf() throws IOException, InterruptedException {
        needsEvents();
        try (HardwareWatch watch = HardwareWatch.start(bursts::add, List.of(c -> new LinkEvents(c, message -> true)))) {
            assertThat(watch.description()).isEqualTo("hears link messages");
            if (!ip("link", "add", "rwot0", "type", "veth", "peer", "name", "rwot1")) {
                System.out.println("skipped: no veth here");
                return;
            }
            try {
                List<String> causes = new ArrayList<>(next().causes());
                assertThat(ip("link", "set", "rwot0", "up") && ip("link", "set", "rwot1", "up"))
                        .isTrue();
                while (!causes.contains("link rwot0 up")) {
                    causes.addAll(next().causes());
                }
                assertThat(causes).contains("link rwot0 down", "link rwot1 down");
            } finally {
                ip("link", "delete", "rwot0");
            }
            List<String> causes = new ArrayList<>();
            while (!causes.contains("link rwot0 gone")) {
                causes.addAll(next().causes());
            }
        }
    }

    @Test
    void aVirtualLinkIsNoReasonToLook() throws IOException, InterruptedException {
        needsEvents();
        try (HardwareWatch watch = HardwareWatch.start(bursts::add)) {
            assertThat(watch.description()).startsWith("hears ");
            if (!ip("link", "add", "rwot2", "type", "veth", "peer", "name", "rwot3")) {
                System.out.println("skipped: no veth here");
                return;
            }
            ip("link", "set", "rwot2", "up");
            ip("link", "delete", "rwot2");
            tell(PROCESSOR, 1);

            assertThat(next().causes())
                    .noneMatch(cause -> cause.contains("rwot"))
                    .contains("change cpu cpu0");
        }
    }

    private static boolean ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void aReceiverThatFailsStopsNothing() throws IOException, InterruptedException {
        needsEvents();
        BlockingQueue<Burst> failed = new LinkedBlockingQueue<>();
        try (HardwareWatch watch = HardwareWatch.start(burst -> {
            bursts.add(burst);
            if (failed.isEmpty()) {
                failed.add(burst);
                throw new IllegalStateException("no room");
            }
        })) {
            tell(PROCESSOR, 1);
            next();
            tell(PROCESSOR, 1);
            next();

            assertThat(watch.description()).contains("the receiver failed: java.lang.IllegalStateException: no room");
        }
    }

    @Test
    void whatCannotBeOpenedIsToldAndTheRestIsHeard() {
        try (HardwareWatch watch = HardwareWatch.start(
                bursts::add,
                List.of(
                        c -> {
                            throw new WatchException("socket failed with errno 1");
                        },
                        c -> new LinkEvents(c, message -> true)))) {
            assertThat(watch.description())
                    .isEqualTo("hears link messages; a source of events cannot be opened: socket failed with errno 1");
        }
        try (HardwareWatch deaf = HardwareWatch.start(bursts::add, List.of())) {
            assertThat(deaf.description()).isEqualTo("hears nothing, only the sweep finds changes");
        }
    }

    @Test
    void aSourceThatBreaksIsToldAndMakesACallerLook() throws InterruptedException {
        try (HardwareWatch watch = HardwareWatch.start(
                bursts::add, List.of(ClosedDescriptor::new, c -> new LinkEvents(c, message -> true)))) {
            assertThat(next().lost()).isTrue();
            assertThat(watch.description())
                    .isEqualTo("hears link messages; no more broken events: its descriptor is closed");
        }
    }

    /** Somebody closed the file descriptor behind its back. */
    private record ClosedDescriptor(LibC c) implements EventSource {
        @Override
        public String name() {
            return "broken events";
        }

        @Override
        public int descriptor() {
            return 1_000_000;
        }

        @Override
        public void drain(Sink sink) {
            throw new IllegalStateException("a closed descriptor has nothing to read");
        }

        @Override
        public void close() {}
    }

    @Test
    void closingLeavesNeitherThreadNorDescriptor() throws IOException {
        HardwareWatch.start(bursts::add).close();
        long before = netlinkDescriptors();
        for (int round = 0; round < 50; round++) {
            HardwareWatch watch = HardwareWatch.start(bursts::add);
            watch.close();
            watch.close();
        }

        assertThat(netlinkDescriptors()).isLessThanOrEqualTo(before);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("hardware-watch"));
    }

    private static long netlinkDescriptors() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(HardwareWatchTest::isOurs).count();
        }
    }

    private static boolean isOurs(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.contains("eventfd");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    void aNativeImageKnowsTheLibraries() throws IOException {
        Set<String> proxies = new TreeSet<>();
        Set<String> reachable = new TreeSet<>();
        for (JsonNode entry :
                new ObjectMapper().readTree(Files.readAllBytes(METADATA)).path("reflection")) {
            if (entry.path("type").isTextual() && entry.path("jniAccessible").asBoolean()) {
                reachable.add(entry.path("type").asText());
            }
            entry.path("type").path("proxy").forEach(type -> proxies.add(type.asText()));
        }
        for (Class<? extends Library> library : List.of(LibC.class, LibUdev.class)) {
            assertThat(proxies).contains(library.getName());
            assertThat(reachable).contains(library.getName());
        }
    }
}
