package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A request about nodes and nothing more. */
@Command(mixinStandardHelpOptions = true)
final class NodesCommand implements Callable<Integer> {

    private final String verb;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(arity = "1..*", paramLabel = "NODE", description = "A number or a name; 'all' is all of them.")
    private final List<String> nodes = new ArrayList<>();

    NodesCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public Integer call() {
        ObjectNode request = WardenClient.request(verb);
        nodes.forEach(request.putArray("nodes")::add);
        lab.warden().ask(request);
        return 0;
    }
}
