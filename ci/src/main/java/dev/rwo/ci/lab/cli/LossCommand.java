package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.ci.lab.net.LinkRule;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab loss}. */
@Command(
        name = "loss",
        mixinStandardHelpOptions = true,
        description = "Lose a share of all frames, in percent; 0 ends it.")
final class LossCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(paramLabel = "PERCENT", description = "0 to 100; 0.5 is possible.")
    private double value;

    @Mixin
    private final Between between = new Between();

    @Override
    public Integer call() {
        double share = LinkRule.PERFECT.withLoss(value / 100).loss();
        ObjectNode request = WardenClient.request("loss").put("value", share);
        between.into(request);
        lab.warden().ask(request);
        return 0;
    }
}
