package dev.rwo.agent;

import dev.rwo.agent.cli.RwoCommand;
import dev.rwo.agent.cli.StateGuard;
import dev.rwo.agent.host.ServiceNotification;
import dev.rwo.agent.node.PreparedNode;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.hardware.cpu.CpuClassifier;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * The one entry point. {@code rwo agent} starts Quarkus; every other command is a short-lived client that does not, so
 * that it is quick and opens no port.
 */
@QuarkusMain
public final class AgentMain {

    AgentMain() {}

    /** Runs a command line. */
    public static void main(String... arguments) {
        if (arguments.length == 1 && arguments[0].equals("agent")) {
            runAgent();
        } else {
            System.exit(RwoCommand.execute(arguments));
        }
    }

    /** Runs the daemon until it is told to stop. */
    public static void runAgent() {
        if (StateGuard.refuses(NodeLayout.of(PreparedNode.rootFromEnvironment()))) {
            System.exit(1);
        }
        // A good part of the first look is reading the processor rules: beside the start of Quarkus, which uses one
        // processor.
        Thread.ofPlatform().daemon().name("processor-rules").start(CpuClassifier::standard);
        // What must stand before the HTTPS server starts: data disk, seed, identity, certificate.
        PreparedNode.prepare(PreparedNode.rootFromEnvironment())
                .serverSettings()
                .forEach(System::setProperty);
        Quarkus.run(Application.class);
    }

    /** Tells the service manager when the agent serves, and waits. */
    public static final class Application implements QuarkusApplication {

        @Override
        public int run(String... arguments) {
            ServiceNotification.ready();
            Quarkus.waitForExit();
            return 0;
        }
    }
}
