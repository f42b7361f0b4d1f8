package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.host.DefaultGateway;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Asks the default gateway for an echo, and the other box for one through the gateway.
 *
 * <p>The second way needs both boxes to send packets of one type of service to each other by the gateway instead of
 * directly: a rule and a table of their own. An echo's answer has the type of service of its question (Linux,
 * {@code net/ipv4/icmp.c}, icmp_reply), so that it takes the same way back, without the agent of the other box.
 */
final class GatewayProbe {

    /** RFC 1349 "minimize delay": nothing else sends it on a box of ours, and routers pass it. */
    private static final String SERVICE = "0x10";

    /** Number of table and rule: that of "RW" in ASCII, far from those of others. */
    private static final String TABLE = "21079";

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final DefaultGateway gateway;
    private final HostCommands commands;
    private String installed = "";

    /**
     * For one machine.
     *
     * @param root {@code /} on a node
     */
    GatewayProbe(Path root, HostCommands commands) {
        this.gateway = new DefaultGateway(root, commands);
        this.commands = commands;
    }

    /** Whether the gateway answers just now. */
    boolean answers() {
        return gateway.answers();
    }

    /**
     * Whether the other box answers through the gateway just now.
     *
     * @param peer its IPv4 address
     */
    boolean relays(String peer) {
        return gateway.route()
                .filter(route -> install(route, peer) && succeeds("ping", "-n", "-c1", "-W1", "-Q", SERVICE, peer))
                .isPresent();
    }

    /** Both boxes need it: the answer has to go back the same way. */
    private boolean install(DefaultGateway.Route route, String peer) {
        String wanted = route + " " + peer;
        if (wanted.equals(installed)) {
            return true;
        }
        // Without this the first redirect of the gateway would lead the packets straight to the other box again.
        boolean done = succeeds("sysctl", "-qw", "net.ipv4.conf.all.accept_redirects=0")
                && succeeds("sysctl", "-qw", "net.ipv4.conf." + route.device() + ".accept_redirects=0")
                && succeeds(
                        "ip",
                        "route",
                        "replace",
                        "default",
                        "via",
                        route.gateway(),
                        "dev",
                        route.device(),
                        "table",
                        TABLE);
        if (!installed.isEmpty()) {
            succeeds("ip", "rule", "del", "pref", TABLE);
        }
        done = done
                && (succeeds("ip", "rule", "add", "pref", TABLE, "to", peer, "tos", SERVICE, "lookup", TABLE)
                        || succeeds("ip", "rule", "show", "pref", TABLE));
        installed = done ? wanted : "";
        return done;
    }

    private boolean succeeds(String... command) {
        try {
            commands.run(PATIENCE, command);
            return true;
        } catch (HostCommandException no) {
            return false;
        }
    }
}
