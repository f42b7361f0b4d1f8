package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab gateway}. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Decide whether the default gateway, 192.0.2.1, answers boxes.")
final class GatewayCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    enum Switch {
        ON,
        OFF
    }

    @Parameters(index = "0", paramLabel = "ON|OFF", description = "Whether it answers.")
    private Switch value = Switch.ON;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NODE", description = "A number or a name; 'all' is all.")
    private final List<String> nodes = new ArrayList<>();

    @Override
    public Integer call() {
        ObjectNode request = WardenClient.request("gateway").put("on", value == Switch.ON);
        nodes.forEach(request.putArray("nodes")::add);
        lab.warden().ask(request);
        return 0;
    }
}
