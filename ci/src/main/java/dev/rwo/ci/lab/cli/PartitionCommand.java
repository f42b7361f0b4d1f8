package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab partition}. */
@Command(
        name = "partition",
        mixinStandardHelpOptions = true,
        description = {
            "Split the LAN: only boxes of the same group hear each other; those not named are a group of their own.",
            "For example: partition 1,2 3,4,5   or: partition 1 2 '|' 3 4 5"
        })
final class PartitionCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(arity = "1..*", paramLabel = "GROUP", description = "Nodes with commas between them.")
    private final List<String> groups = new ArrayList<>();

    @Option(names = "--one-way", description = "Instead: the second group no longer hears the first.")
    private boolean oneWay;

    @Override
    public Integer call() {
        ObjectNode request = WardenClient.request("partition").put("oneWay", oneWay);
        ArrayNode all = request.putArray("groups");
        if (groups.contains("|")) {
            ArrayNode group = all.addArray();
            for (String word : groups) {
                if (word.equals("|")) {
                    group = all.addArray();
                } else {
                    group.add(word);
                }
            }
        } else {
            for (String word : groups) {
                List.of(word.split(",", -1)).forEach(all.addArray()::add);
            }
        }
        lab.warden().ask(request);
        return 0;
    }
}
