package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabEngine;
import dev.rwo.ci.lab.LabException;
import dev.rwo.ci.lab.RecordedMachine;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packaged agent on a recording of this machine, to which devices can be added, with a real engine and a swarm of
 * one. It hears this machine's real kernel events.
 */
final class BenchNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String USB = "sys/bus/usb/devices/9-1";

    private final LabEngine engine;
    private final Path root;
    private final Process agent;
    private final Queue<String> said = new ConcurrentLinkedQueue<>();

    private BenchNode(LabEngine engine, Path root, Process agent) {
        this.engine = engine;
        this.root = root;
        this.agent = agent;
    }

    /**
     * Starts it and returns once its labels are in the swarm.
     *
     * @param project where the agent is packaged, {@code agent/target/dist}
     * @param directory an empty directory for everything it writes
     */
    static BenchNode start(Path project, Path directory) throws IOException, InterruptedException {
        Path root = directory.resolve("machine");
        layOut(root);
        LabEngine engine = LabEngine.start("bench-1");
        try {
            ProcessBuilder builder = new ProcessBuilder(engine.inItsNetwork(
                            project.resolve("agent/target/dist/usr/bin/rwo").toString(), "agent"))
                    .redirectErrorStream(true);
            builder.environment().put("RWO_ROOT", root.toString());
            builder.environment().put("RWO_ENGINE_HOST", engine.host().toString());
            builder.environment().put("RWO_DISPLAY_DEVICE", "/nonexistent");
            builder.environment().merge("PATH", root.resolve("bin").toString(), (path, ours) -> ours + ":" + path);
            WatchService asked = root.getFileSystem().newWatchService();
            root.resolve("asked").register(asked, StandardWatchEventKinds.ENTRY_CREATE);
            BenchNode node = new BenchNode(engine, root, builder.start());
            Thread.ofPlatform().daemon().name("bench-service-manager").start(() -> node.serve(asked));
            node.awaitLabels();
            return node;
        } catch (IOException | RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }

    private static void layOut(Path root) throws IOException {
        RecordedMachine machine = RecordedMachine.record(root);
        machine.seed("site: bench\n");
        machine.seed(Site.create(root.resolveSibling("site"), new SiteName("bench"), Clock.systemUTC()));
        machine.write("etc/rwo/profiles.d/bench.yaml", """
                labels:
                  - label: site.bench
                    when: {usb: {vendor: '46f4', product: '0001'}}
                """);
        Files.createDirectories(root.resolve("asked"));
        for (String command : List.of("systemctl", "hostname", "networkctl")) {
            Path stub = root.resolve("bin").resolve(command);
            write(stub, "#!/bin/sh\necho \"$*\" >" + root.resolve("asked") + "/$$\n");
            Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Plays the service manager: gives the engine the settings that the agent wrote. */
    private void serve(WatchService asked) {
        try (asked) {
            while (agent.isAlive()) {
                WatchKey key = asked.poll(1, TimeUnit.SECONDS);
                if (key == null) {
                    continue;
                }
                key.pollEvents();
                key.reset();
                Path settings = root.resolve("var/lib/rwo/engine/daemon.json");
                if (Files.exists(settings)) {
                    Files.copy(settings, engine.config(), StandardCopyOption.REPLACE_EXISTING);
                    engine.reload();
                }
            }
        } catch (IOException | InterruptedException ended) {
            // The agent then says that its engine lacks its labels, and the bench ends with that.
        }
    }

    /** Waits for the labels. */
    private void awaitLabels() throws InterruptedException {
        CompletableFuture<Void> labelled = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> follow(labelled));
        try {
            labelled.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException late) {
            close();
            throw new LabException(
                    "the agent did not label its node within " + PATIENCE.toSeconds() + " s; it said:\n"
                            + String.join("\n", said),
                    late);
        }
    }

    private void follow(CompletableFuture<Void> labelled) {
        try (BufferedReader lines = agent.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.contains("rwo: stage labels done")) {
                    labelled.complete(null);
                }
            }
            labelled.completeExceptionally(new IllegalStateException("the agent ended"));
        } catch (IOException broken) {
            labelled.completeExceptionally(broken);
        }
    }

    /** How long the agent's first look took by its own account, in ms. */
    double firstLook() {
        Pattern told = Pattern.compile("hardware: profile .* after (\\d+) ms");
        return said.stream()
                .map(told::matcher)
                .filter(Matcher::find)
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new LabException("the agent did not say how long its first look took"));
    }

    /** Where its engine listens, as docker's {@code --host} takes it. */
    String engineHost() {
        return engine.host().toString();
    }

    /** The agent's process number. */
    long pid() {
        return agent.pid();
    }

    /** Plugs a USB stick into the recorded machine, and lets the kernel send a real event about a device of this one. */
    void plug() throws IOException {
        write(root.resolve(USB + "/idVendor"), "46f4\n");
        write(root.resolve(USB + "/idProduct"), "0001\n");
        write(root.resolve(USB + "/bDeviceClass"), "00\n");
        event();
    }

    /** Pulls it out again. */
    void unplug() throws IOException {
        try (Stream<Path> all = Files.walk(root.resolve(USB))) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        event();
    }

    /** Writing to a device's uevent file makes the kernel tell of it (Documentation/ABI/testing/sysfs-uevent). */
    private static void event() throws IOException {
        try (Stream<Path> blocks = Files.list(Path.of("/sys/block"))) {
            Path disk = blocks.filter(block -> Files.exists(block.resolve("device")))
                    .findFirst()
                    .orElseThrow(() -> new LabException("this machine has no disk to send an event of"));
            Files.writeString(disk.resolve("uevent"), "change");
        }
    }

    @Override
    public void close() {
        agent.toHandle().destroy();
        try {
            if (!agent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                agent.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            engine.close();
        }
    }
}
