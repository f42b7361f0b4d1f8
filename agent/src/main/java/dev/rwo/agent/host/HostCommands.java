package dev.rwo.agent.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs system commands: no shell, no input, a deadline. */
public interface HostCommands {

    /**
     * Runs a command to its end.
     *
     * @param deadline how long it may take; then it is ended
     * @param command program and arguments
     * @return what it printed, both streams together
     * @throws HostCommandException when it cannot be started, exits non-zero or takes too long
     */
    String run(Duration deadline, String... command) throws HostCommandException;

    /** The real ones. */
    static HostCommands system() {
        return HostCommands::runProcess;
    }

    private static String runProcess(Duration deadline, String... command) throws HostCommandException {
        Process process;
        try {
            process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
        } catch (IOException missing) {
            throw new HostCommandException(command[0], "cannot be started", String.valueOf(missing.getMessage()));
        }
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                output.complete(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException broken) {
                output.completeExceptionally(broken);
            }
        });
        try {
            String printed = output.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            int status = process.waitFor();
            if (status != 0) {
                throw new HostCommandException(command[0], "exited with status " + status, lastLineOf(printed));
            }
            return printed;
        } catch (TimeoutException late) {
            throw new HostCommandException(command[0], "took longer than " + deadline.toSeconds() + " s", "");
        } catch (ExecutionException broken) {
            throw new HostCommandException(command[0], "could not be read", String.valueOf(broken.getMessage()));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new HostCommandException(command[0], "was interrupted", "");
        } finally {
            process.destroy();
        }
    }

    private static String lastLineOf(String printed) {
        return printed.lines()
                .filter(line -> !line.isBlank())
                .reduce("", (first, second) -> second)
                .strip();
    }
}
