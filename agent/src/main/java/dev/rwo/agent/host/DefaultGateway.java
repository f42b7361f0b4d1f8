package dev.rwo.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/** The machine's default gateway: which it is, and whether it answers. IPv4 only. */
public final class DefaultGateway {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** One echo may get lost on a busy network, or while the gateway's hardware address is asked for. */
    private static final int TRIES = 3;

    private static final int HEX = 16;

    private final Path routes;
    private final HostCommands commands;

    /**
     * For one machine.
     *
     * @param root {@code /} on a node
     */
    public DefaultGateway(Path root, HostCommands commands) {
        this.routes = root.resolve("proc/net/route");
        this.commands = commands;
    }

    /** The default route. */
    public record Route(String device, String gateway) {}

    /** What became of the question whether it is there. */
    public enum Echo {
        /** It answers. */
        ANSWERS,
        /** There is one, and it does not answer: it is down, the cable is out, or it does so on purpose. */
        SILENT,
        /** This machine has none. */
        NONE
    }

    /** The default route with the lowest metric; empty for none. */
    public Optional<Route> route() {
        try {
            return Files.readAllLines(routes).stream()
                    .skip(1)
                    .map(line -> line.split("\\s+", -1))
                    .filter(field -> field.length > 7
                            && field[1].equals("00000000")
                            && field[7].equals("00000000")
                            && !field[2].equals("00000000"))
                    .min(Comparator.comparingLong(field -> Long.parseLong(field[6])))
                    .map(field -> new Route(field[0], address(field[2])));
        } catch (IOException | NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    /** The kernel prints the address as a number in the machine's byte order. */
    private static String address(String hex) {
        long value = Long.parseLong(hex, HEX);
        return (value & 0xff) + "." + (value >> 8 & 0xff) + "." + (value >> 16 & 0xff) + "." + (value >> 24 & 0xff);
    }

    /** Whether it answers a single echo just now. */
    public boolean answers() {
        return route().filter(this::answers).isPresent();
    }

    /** Asks up to three times, which takes up to 3 s when it is silent. */
    public Echo echo() {
        Optional<Route> route = route();
        if (route.isEmpty()) {
            return Echo.NONE;
        }
        for (int i = 0; i < TRIES; i++) {
            if (answers(route.get())) {
                return Echo.ANSWERS;
            }
        }
        return Echo.SILENT;
    }

    private boolean answers(Route route) {
        try {
            commands.run(PATIENCE, "ping", "-n", "-c1", "-W1", route.gateway());
            return true;
        } catch (HostCommandException no) {
            return false;
        }
    }
}
