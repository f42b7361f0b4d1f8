package dev.rwo.ci.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs commands with a deadline. */
final class Commands {

    private Commands() {}

    /**
     * Runs a command to its end.
     *
     * @param input what it reads
     * @return what it printed on its standard output, without blanks around it
     * @throws LabException when it cannot be started, fails or takes too long; the message has what it printed on
     *     both
     */
    static String run(Duration deadline, Map<String, String> environment, String input, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("PATH", Requirements.path());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                CompletableFuture<String> output = reading(process.getInputStream());
                CompletableFuture<String> complaints = reading(process.getErrorStream());
                process.outputWriter(StandardCharsets.UTF_8).append(input).close();
                String printed = output.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
                String complained = complaints.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
                int status = process.waitFor();
                if (status != 0) {
                    throw new LabException("'" + String.join(" ", command) + "' exited with status " + status + ": "
                            + (printed + complained).strip());
                }
                return printed.strip();
            } finally {
                process.destroyForcibly();
            }
        } catch (TimeoutException late) {
            throw new LabException(
                    "'" + String.join(" ", command) + "' takes longer than " + deadline.toSeconds() + " s", late);
        } catch (IOException | ExecutionException failed) {
            throw new LabException("'" + String.join(" ", command) + "' cannot be run: " + failed.getMessage(), failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running '" + String.join(" ", command) + "'", stop);
        }
    }

    private static CompletableFuture<String> reading(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException broken) {
                text.completeExceptionally(broken);
            }
        });
        return text;
    }
}
