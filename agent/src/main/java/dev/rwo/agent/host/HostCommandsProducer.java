package dev.rwo.agent.host;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Gives the agent the real system commands; tests give their own. */
final class HostCommandsProducer {

    @Produces
    @Singleton
    @DefaultBean
    HostCommands hostCommands() {
        return HostCommands.system();
    }
}
