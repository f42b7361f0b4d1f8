package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.ci.lab.net.LinkRule;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code lab delay}. */
@Command(
        name = "delay",
        mixinStandardHelpOptions = true,
        description = "Make frames late by so many milliseconds in each direction; 0 ends it.")
final class DelayCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Parameters(paramLabel = "MS", description = "Milliseconds.")
    private double value;

    @Mixin
    private final Between between = new Between();

    @Override
    public Integer call() {
        Duration delay = LinkRule.PERFECT
                .withDelay(Duration.ofNanos(Math.round(value * 1_000_000)))
                .delay();
        ObjectNode request = WardenClient.request("delay").put("nanos", delay.toNanos());
        between.into(request);
        lab.warden().ask(request);
        return 0;
    }
}
