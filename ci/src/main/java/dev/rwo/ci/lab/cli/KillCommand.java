package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab kill}. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description =
                "Cut the power of boxes: everything on them ends at once, their disks stay. 'reboot' gives it back.")
final class KillCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(arity = "1..*", paramLabel = "NODE", description = "A number or a name; 'all' is all of them.")
    private final List<String> nodes = new ArrayList<>();

    @ArgGroup
    private What what = new What();

    static final class What {
        @Option(names = "--agent", description = "Kill only the agent; it comes again after a second, as on a box.")
        private boolean agent;

        @Option(names = "--engine", description = "Kill only the container engine; it comes again after a second.")
        private boolean engine;
    }

    @Override
    public Integer call() {
        ObjectNode request = WardenClient.request(what.agent ? "kill-agent" : what.engine ? "kill-engine" : "kill");
        nodes.forEach(request.putArray("nodes")::add);
        lab.warden().ask(request);
        return 0;
    }
}
