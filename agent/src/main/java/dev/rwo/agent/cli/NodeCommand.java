package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the agent once and prints the answer, as text or as JSON. */
@Command(mixinStandardHelpOptions = true)
abstract class NodeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "print JSON instead of text")
    private boolean json;

    private final NodeClient client = new NodeClient();

    /** The path to ask, below the API's address. */
    abstract String path() throws UsageException;

    /** Prints the answer for people. */
    abstract void print(JsonNode answer, PrintWriter out);

    /** The exit status that the answer means; 0 unless overridden. */
    int exitStatus(JsonNode answer) {
        return 0;
    }

    final NodeClient client() {
        return client;
    }

    final boolean asJson() {
        return json;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        JsonNode answer = client.get(path());
        show(answer);
        return exitStatus(answer);
    }

    final void show(JsonNode answer) {
        if (json) {
            out().println(answer.toPrettyString());
        } else {
            print(answer, out());
        }
        out().flush();
    }
}
