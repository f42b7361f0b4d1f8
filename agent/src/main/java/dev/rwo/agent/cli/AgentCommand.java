package dev.rwo.agent.cli;

import dev.rwo.agent.AgentMain;
import picocli.CommandLine.Command;

/** {@code rwo agent}, for its help; the plain call never gets here. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Runs the agent itself; started by the service rwo-agent, not by hand.")
final class AgentCommand implements Runnable {

    @Override
    public void run() {
        AgentMain.runAgent();
    }
}
