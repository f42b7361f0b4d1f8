package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab exec}. */
@Command(
        name = "exec",
        mixinStandardHelpOptions = true,
        description = {
            "Run a command on a box; docker, rwo and systemctl are those of the box, and bash is a shell on it.",
            "Exit status is that of the command."
        })
final class ExecCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(index = "0", paramLabel = "NODE", description = "A number or a name.")
    private String node = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "Program and arguments.")
    private final List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode request = WardenClient.request("exec").put("node", node);
        command.forEach(request.putArray("command")::add);
        JsonNode answer = lab.warden().ask(request);
        List<String> words = new ArrayList<>();
        answer.path("command").forEach(word -> words.add(word.asText()));
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        answer.path("environment")
                .properties()
                .forEach(each ->
                        builder.environment().put(each.getKey(), each.getValue().asText()));
        return builder.start().waitFor();
    }
}
