package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rwo upgrade status}. */
@Command(
        name = "status",
        description = {
            "How the site's upgrade stands, and what each node waits for.",
            "Exit status 0; 1 when it is halted."
        })
final class UpgradeStatusCommand extends NodeCommand {

    private static final String ROW = "%-18s %-8s %-14s %-11s %s%n";
    private static final int SECONDS = 3;

    @Option(names = "--watch", description = "show every change until it is over or halted")
    private boolean watch;

    @Override
    String path() {
        return UpgradeCommand.PATH;
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        if (!watch) {
            int status = super.call();
            if (!asJson()) {
                tellSticks();
            }
            return status;
        }
        JsonNode last = MissingNode.getInstance();
        String trouble = "";
        while (true) {
            try {
                JsonNode answer = client().get(path());
                trouble = "";
                if (!answer.equals(last)) {
                    show(answer);
                    last = answer;
                }
                if (!goesOn(answer)) {
                    return exitStatus(answer);
                }
            } catch (NodeClientException silent) {
                // This node's own restart is part of the upgrade.
                String said = String.valueOf(silent.getMessage());
                if (!said.equals(trouble)) {
                    err().println("rwo: " + said + " (trying again)");
                    err().flush();
                    trouble = said;
                }
            }
            if (isInterrupted()) {
                return 1;
            }
        }
    }

    private void tellSticks() throws NodeClientException, UsageException {
        client().get(UpgradeCommand.PATH + "/sticks")
                .forEach(stick -> out().println(stick.path("text").asText()));
        out().flush();
    }

    private static boolean goesOn(JsonNode answer) {
        String state = answer.path("state").asText();
        return state.equals("running") || state.equals("aborting");
    }

    /** Waits until the next look is due; nothing but an interrupt ends that sooner. */
    private static boolean isInterrupted() {
        try {
            return new CountDownLatch(1).await(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    int exitStatus(JsonNode answer) {
        return answer.path("state").asText().equals("halted") ? 1 : 0;
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        String state = answer.path("state").asText();
        String version = answer.path("bundle").path("version").asText();
        out.println(state.equals("none") ? "no upgrade" : "upgrade to " + version + ": " + state);
        if (!answer.path("reason").asText().isEmpty() && !state.equals("none")) {
            out.println(answer.path("reason").asText());
        }
        if (!answer.path("hint").asText().isEmpty()) {
            out.println("-> " + answer.path("hint").asText());
        }
        if (!answer.path("nodes").isEmpty()) {
            out.printf(ROW, "NAME", "ROLE", "RUNS", "STANDS", "WAITS FOR");
        }
        for (JsonNode node : answer.path("nodes")) {
            out.printf(
                    ROW,
                    node.path("name").asText(),
                    node.path("role").asText(),
                    node.path("running").asText("-"),
                    node.path("standing").asText("-"),
                    node.path("waits").asText());
        }
        for (JsonNode lock : answer.path("locks")) {
            if (lock.path("for").asText().equals("fleetlock")) {
                out.printf(
                        "%s restarts by another tool, %s%n",
                        lock.path("name").asText(), lock.path("client").asText());
            }
        }
    }
}
