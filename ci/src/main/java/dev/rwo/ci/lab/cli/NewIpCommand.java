package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab newip}. */
@Command(
        name = "newip",
        mixinStandardHelpOptions = true,
        description = "Give a box another address at once, as a DHCP server may; 'all' changes all at the same time.")
final class NewIpCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(index = "0", paramLabel = "NODE", description = "A number or a name, or 'all'.")
    private String node = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS", description = "192.0.2.x; a free one unless told.")
    private String address = "";

    @Override
    public Integer call() {
        if (node.equals("all") && !address.isEmpty()) {
            throw new IllegalArgumentException("one address is not for all");
        }
        ObjectNode request = WardenClient.request("newip").put("address", address);
        request.putArray("nodes").add(node);
        JsonNode answer = lab.warden().ask(request);
        answer.properties()
                .forEach(each -> lab.out()
                        .println(each.getKey() + " is at " + each.getValue().asText()));
        return 0;
    }
}
