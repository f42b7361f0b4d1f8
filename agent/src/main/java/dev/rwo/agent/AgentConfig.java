package dev.rwo.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;

/** The agent's own settings; what an operator sets is in rwo.yaml. */
@ConfigMapping(prefix = "rwo")
public interface AgentConfig {

    /** Root of everything the agent reads and writes: {@code /} on a node, a folder in tests. */
    @WithDefault("/")
    Path root();

    /** The container engine. */
    Engine engine();

    /** The display. */
    Display display();

    /** The container engine. */
    interface Engine {

        /** Where it listens. */
        @WithDefault("unix:///run/docker.sock")
        URI host();
    }

    /** The display. */
    interface Display {

        /** The terminal the status is painted on. */
        @WithDefault("/dev/tty1")
        Path device();
    }
}
