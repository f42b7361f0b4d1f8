package dev.rwo.agent.swarm;

import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.NodeLayout;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** The engine's unit, which a system that is not ours may lack. */
public final class EngineUnit {

    /** Where systemd.unit(5) looks for units of the system, most important first. */
    private static final List<String> PLACES = List.of("etc", "run", "usr/local/lib", "usr/lib", "lib");

    private static final String UNIT = "systemd/system/docker.service";

    private EngineUnit() {}

    /** Why there is no engine to wait for; empty when there is one. */
    public static Optional<Verdict> missing(NodeLayout layout) {
        boolean there = layout.ownSystem()
                || PLACES.stream()
                        .anyMatch(place ->
                                Files.exists(layout.root().resolve(place).resolve(UNIT)));
        return there
                ? Optional.empty()
                : Optional.of(
                        Verdict.failed(
                                "no container engine is installed: there is no docker.service",
                                "install Docker and its command line, on Debian and Ubuntu: apt-get install docker.io docker-cli"));
    }
}
