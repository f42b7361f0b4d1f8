package dev.rwo.agent.cli;

import dev.rwo.agent.node.AgentVersion;
import dev.rwo.agent.node.PreparedNode;
import dev.rwo.firstboot.NodeLayout;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rwo version}. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "The version of this agent.")
final class VersionCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().println(line());
        spec.commandLine().getOut().flush();
    }

    private static String line() {
        AgentVersion version = AgentVersion.of(new NodeLayout(PreparedNode.rootFromEnvironment()));
        return "RWO " + version.version() + " (" + version.kind() + ")";
    }

    /** For {@code --version}. */
    static final class Provider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {line()};
        }
    }
}
