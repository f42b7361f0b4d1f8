package dev.rwo.image.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A program of the workstation, run to its end with all its output in a log file.
 *
 * @param what what it does, for messages: "the Debian tools tree"
 * @param argv program and arguments
 * @param environment the whole environment
 * @param log file that its output is appended to
 * @param deadline after this it is killed, with everything it started
 */
record LoggedCommand(String what, List<String> argv, Map<String, String> environment, Path log, Duration deadline) {

    private static final Pattern TELLING =
            Pattern.compile("^E: .*|.*\\b(?:[Ee]rror|ERROR|fatal|FATAL)\\b:? .*|.*: (?:cannot|failed|not found).*");
    /** What mkosi and mmdebstrap say after the line that tells why. */
    private static final Pattern AFTERMATH = Pattern.compile(
            ".*returned non-zero exit code.*|.*run-.* failed.*|E: .*chroot .* failed.*|.*\\(see .*|Traceback.*|  File .*");

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");

    /**
     * Runs it.
     *
     * @throws ImageBuildException when it cannot be started, ends with another status than 0 or exceeds the deadline
     */
    void run() throws ImageBuildException {
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        long start;
        Process process;
        try {
            Files.createDirectories(log.getParent());
            start = Files.exists(log) ? Files.size(log) : 0;
            process = builder.start();
        } catch (IOException e) {
            throw new ImageBuildException(what + " failed: cannot start " + argv.getFirst() + ": " + e.getMessage(), e);
        }
        Thread killer = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ImageBuildException(
                        what + " was given up after " + deadline.toMinutes() + " minutes: see " + log);
            }
            if (process.exitValue() != 0) {
                throw new ImageBuildException(what + " failed: " + reason(since(start)) + ": see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageBuildException(what + " was interrupted", e);
        } finally {
            process.destroyForcibly();
            removeHook(killer);
        }
    }

    /** The line of a failed program's output that says most about why it failed. */
    static String reason(List<String> output) {
        String last = "it said nothing";
        boolean found = false;
        for (String raw : output.reversed()) {
            String line = COLOUR.matcher(raw)
                    .replaceAll("")
                    .replaceFirst("^‣\\s*", "")
                    .strip();
            if (line.isEmpty() || AFTERMATH.matcher(line).matches()) {
                continue;
            }
            if (TELLING.matcher(line).matches()) {
                return shortened(line);
            }
            if (!found) {
                last = line;
                found = true;
            }
        }
        return shortened(last);
    }

    private static String shortened(String line) {
        return line.length() <= 240 ? line : line.substring(0, 239) + "…";
    }

    private List<String> since(long start) {
        try (var channel = Files.newByteChannel(log)) {
            // The end tells why; a build's log has megabytes.
            channel.position(Math.max(start, channel.size() - 64 * 1024));
            byte[] bytes = new byte[(int) (channel.size() - channel.position())];
            var buffer = java.nio.ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining() && channel.read(buffer) > 0) {
                // read on
            }
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of("its log cannot be read: " + e.getMessage());
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyShuttingDown) {
            return;
        }
    }
}
