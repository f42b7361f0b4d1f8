package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Between whom a rule of the LAN holds. */
final class Between {

    @Option(names = "--from", split = ",", paramLabel = "NODE", description = "Only frames from these; else from all.")
    private final List<String> from = new ArrayList<>();

    @Option(names = "--to", split = ",", paramLabel = "NODE", description = "Only frames to these; else to all.")
    private final List<String> to = new ArrayList<>();

    void into(ObjectNode request) {
        from.forEach(request.putArray("from")::add);
        to.forEach(request.putArray("to")::add);
    }
}
