package dev.rwo.ci.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Docker engine on this machine with its own host name, network, mounts, processes and storage: the machine's
 * own engine, if it has one, is neither used nor disturbed, and many labs run side by side.
 *
 * <p>Everything of it lives in one process namespace and one directory, {@code rwo-lab-PID-N} in the temporary
 * directory: {@link #close} ends the first process, which takes all others, the mounts and the network with it, and
 * deletes the directory. When the JVM is killed its end of a pipe closes, which ends the namespace as well; the
 * directory it leaves is deleted by the next lab.
 *
 * <p>Needs root, {@code dockerd}, {@code ip} and {@code unshare}; {@link #missing} tells.
 */
public final class LabEngine implements AutoCloseable {

    /** Reserved for documentation (RFC 5737), so that it is no address of this machine. */
    private static final String ADDRESS = "192.0.2.10";

    private static final int PREFIX_LENGTH = 24;
    /** A cold start takes 1.5 s here; the rest is for a machine that boots virtual machines at the same time. */
    private static final Duration START = Duration.ofSeconds(60);
    /** dockerd gives containers 10 s to end. */
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Path directory;
    private final Process process;
    private final BufferedReader answers;
    private final Thread lastResort;

    private LabEngine(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.lastResort = Thread.ofPlatform().unstarted(this::end);
    }

    /** What this machine lacks to run a lab, in one line that says what to do; empty when nothing. */
    public static Optional<String> missing() {
        return Requirements.missingForEngine();
    }

    /**
     * Starts an engine and returns when it answers.
     *
     * @param hostname the machine's name as the engine sees it
     * @throws LabException when something is {@link #missing}, or the engine does not come up within a minute; the
     *     message has the last line of its log
     */
    public static LabEngine start(String hostname) {
        missing().ifPresent(what -> {
            throw new LabException("the lab " + what);
        });
        try {
            Path directory = LabFolder.create();
            Files.writeString(directory.resolve("daemon.json"), "{}\n");
            Path script = LabFolder.script(directory, "lab-engine");
            ProcessBuilder builder = new ProcessBuilder(
                            "unshare",
                            "--net",
                            "--uts",
                            "--mount",
                            "--pid",
                            "--fork",
                            "--kill-child",
                            "--mount-proc",
                            "bash",
                            script.toString(),
                            directory.toString(),
                            hostname,
                            ADDRESS + "/" + PREFIX_LENGTH,
                            String.valueOf(directory.getFileName()))
                    .redirectError(directory.resolve("lab-engine.log").toFile());
            builder.environment().put("PATH", Requirements.path());
            LabEngine engine = new LabEngine(directory, builder.start());
            Runtime.getRuntime().addShutdownHook(engine.lastResort);
            engine.awaitReady();
            return engine;
        } catch (IOException failed) {
            throw new LabException("the lab's engine cannot be started: " + failed.getMessage(), failed);
        }
    }

    /** Where it listens, for example {@code unix:///tmp/rwo-lab-71-1/docker.sock}. */
    public URI host() {
        return URI.create("unix://" + socket());
    }

    private Path socket() {
        return directory.resolve("docker.sock");
    }

    /** Its address on an interface of its own; nothing outside reaches it. */
    public InetAddress address() {
        return InetAddress.ofLiteral(ADDRESS);
    }

    /** Bits of the network part of {@link #address}. */
    public int prefixLength() {
        return PREFIX_LENGTH;
    }

    /** The interface with {@link #address}. */
    public String device() {
        return "lab0";
    }

    /** Its daemon.json, {@code {}} at first; takes effect with {@link #reload} or {@link #restart}. */
    public Path config() {
        return directory.resolve("daemon.json");
    }

    /**
     * A command that runs in the engine's network, where {@link #address} is.
     *
     * @throws LabException when the engine has ended
     */
    public List<String> inItsNetwork(String... command) {
        long first = process.children()
                .findFirst()
                .orElseThrow(() -> new LabException("the lab's engine has ended; see " + log(), null))
                .pid();
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=/proc/" + first + "/ns/net", "--"));
        whole.addAll(List.of(command));
        return whole;
    }

    /** What {@code systemctl reload docker} does: tells the engine to read its configuration, and does not wait. */
    public void reload() {
        tell("reload");
    }

    /** What {@code systemctl restart docker} does: returns when the new engine answers. */
    public void restart() {
        tell("restart");
        try {
            CompletableFuture.supplyAsync(this::readAnswer, Thread::startVirtualThread)
                    .get(STOP.toMillis(), TimeUnit.MILLISECONDS);
            awaitReady();
        } catch (TimeoutException | ExecutionException failed) {
            throw new LabException("the lab's engine does not stop; see " + log(), failed);
        } catch (InterruptedException stop) {
            throw interrupted(stop);
        } catch (IOException failed) {
            throw new LabException("the lab's engine does not come back: " + failed.getMessage(), failed);
        }
    }

    private String readAnswer() {
        try {
            return String.valueOf(answers.readLine());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** What the engine logs. */
    public Path log() {
        return directory.resolve("dockerd.log");
    }

    private void tell(String command) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(command)
                    .append('\n')
                    .flush();
        } catch (IOException gone) {
            throw new LabException("the lab's engine has ended; its last line: " + lastLogLine(), gone);
        }
    }

    private void awaitReady() throws IOException {
        try {
            EngineSocket.await(socket(), START, process::isAlive);
        } catch (EngineSocket.SilentException silent) {
            throw notReady(silent);
        } catch (InterruptedException stop) {
            throw interrupted(stop);
        }
    }

    private LabException notReady(@Nullable Exception cause) {
        String said = lastLogLine();
        close();
        return new LabException(
                "the lab's engine does not answer after " + START.toSeconds() + " s; its last line: " + said, cause);
    }

    private LabException interrupted(InterruptedException stop) {
        close();
        Thread.currentThread().interrupt();
        return new LabException("interrupted while the lab's engine started", stop);
    }

    private String lastLogLine() {
        for (Path file : List.of(log(), directory.resolve("lab-engine.log"))) {
            try (Stream<String> lines = Files.lines(file)) {
                Optional<String> last = lines.reduce((first, second) -> second);
                if (last.isPresent()) {
                    return last.get();
                }
            } catch (IOException | UncheckedIOException none) {
                // Then the next file has it.
            }
        }
        return "(none)";
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException goingDown) {
            // The JVM is on its way out; the hook finds nothing left to do.
        }
    }

    /** No farewell to the engine: its storage goes too. */
    private void end() {
        // The namespace's first process; unshare ends after it, when the kernel has ended all the others as well.
        process.children().forEach(ProcessHandle::destroyForcibly);
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException hurried) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        LabFolder.removeCgroups(directory.getFileName());
        LabFolder.remove(directory);
    }
}
