package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab logs}. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Show what a box's agent logged.")
final class LogsCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(paramLabel = "NODE", description = "A number or a name.")
    private String node = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "How many of the last lines; all unless told.")
    private int lines;

    @Option(names = "--engine", description = "What its container engine logged instead.")
    private boolean engine;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode request = WardenClient.request("logs").put("node", node).put("engine", engine);
        List<String> command = new ArrayList<>(List.of("tail", "-n", lines > 0 ? String.valueOf(lines) : "+1"));
        if (follow) {
            command.add("-F");
        }
        command.add(lab.warden().ask(request).path("file").asText());
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
