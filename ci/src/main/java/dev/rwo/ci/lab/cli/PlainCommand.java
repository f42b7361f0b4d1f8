package dev.rwo.ci.lab.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** A request without arguments. */
@Command(mixinStandardHelpOptions = true)
final class PlainCommand implements Callable<Integer> {

    private final String verb;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    PlainCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public Integer call() {
        lab.warden().ask(WardenClient.request(verb));
        return 0;
    }
}
