package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rwo upgrade install}. */
@Command(
        name = "install",
        description = {
            "Install a bundle on this box only: into the slot that does not run, while workloads go on.",
            "Without --reboot nothing changes before somebody runs: rwo upgrade boot VERSION",
            "To upgrade a site: rwo upgrade start."
        })
final class UpgradeInstallCommand extends NodeCommand {

    private static final String PATH = "/api/v1/upgrade/node";

    @Parameters(paramLabel = "SOURCE", description = "URL of the bundle, or the path of a file on this box")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String source;

    @Option(names = "--allow-older", description = "even if it is older than what runs")
    private boolean allowOlder;

    @Option(names = "--reboot", description = "restart into it as soon as it is there")
    private boolean reboot;

    @Option(names = "--no-wait", description = "do not wait until it is installed")
    private boolean noWait;

    @Override
    String path() {
        return PATH;
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        String where = source.contains("://")
                ? source
                : java.nio.file.Path.of(source).toAbsolutePath().normalize().toString();
        JsonNode state = client().post(
                        PATH + "/install",
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("source", where)
                                .put("allowOlder", allowOlder));
        if (noWait && !reboot) {
            show(state);
            return 0;
        }
        state = watch(state);
        if (!state.path("phase").asText().equals("staged")) {
            throw new NodeClientException(state.path("problem")
                    .asText("version " + state.path("target").asText() + " was not installed"));
        }
        if (reboot) {
            state = client().post(
                            PATH + "/boot",
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("version", state.path("target").asText()));
        }
        show(state);
        return 0;
    }

    /** The agent goes on with it also when nobody watches. */
    private JsonNode watch(JsonNode begun) throws NodeClientException, UsageException {
        JsonNode state = begun;
        int told = -1;
        while (state.path("phase").asText().equals("staging")) {
            int percent = state.path("percent").asInt();
            if (percent != told) {
                err().printf("%s: %d %%%n", state.path("target").asText(), percent);
                err().flush();
                told = percent;
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            state = client().get(PATH);
        }
        return state;
    }

    @Override
    void print(JsonNode state, PrintWriter out) {
        UpgradeNodeCommand.tell(state, out);
    }
}
