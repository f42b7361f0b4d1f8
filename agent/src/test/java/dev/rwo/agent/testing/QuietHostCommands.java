package dev.rwo.agent.testing;

import dev.rwo.agent.host.HostCommands;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Runs nothing: tests must not reconfigure the machine they run on. */
@Singleton
public final class QuietHostCommands implements HostCommands {

    @Override
    public String run(Duration deadline, String... command) {
        return "";
    }
}
