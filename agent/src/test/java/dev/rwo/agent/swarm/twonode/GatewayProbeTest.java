package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.host.HostCommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayProbeTest {

    /** Written by hand after proc_pid_net(5): numbers in the byte order of the machine. */
    private static final String ROUTES = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            enp1s0\t00000000\t0100A8C0\t0003\t0\t0\t1024\t00000000\t0\t0\t0
            enp2s0\t00000000\tFE00A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
            enp1s0\t0000A8C0\t00000000\t0001\t0\t0\t1024\t00FFFFFF\t0\t0\t0
            """;

    @TempDir
    private Path root;

    private final List<String> commands = new ArrayList<>();
    private String failing = "nothing fails";
    private GatewayProbe probe;

    @BeforeEach
    void makeProbe() throws IOException {
        Files.createDirectories(root.resolve("proc/net"));
        Files.writeString(root.resolve("proc/net/route"), ROUTES);
        probe = new GatewayProbe(root, this::run);
    }

    private String run(Duration deadline, String... command) throws HostCommandException {
        String line = String.join(" ", command);
        commands.add(line);
        if (line.contains(failing)) {
            throw new HostCommandException(command[0], "exited with status 1", "");
        }
        return "";
    }

    @Test
    void withoutADefaultRouteNobodyAnswers() throws IOException {
        Files.writeString(
                root.resolve("proc/net/route"), ROUTES.lines().findFirst().orElseThrow() + "\n");
        assertThat(probe.answers()).isFalse();
        assertThat(probe.relays("192.168.0.2")).isFalse();
        assertThat(commands).isEmpty();
    }

    @Test
    void theWayThroughTheGatewayIsMadeOnceAndAnewForAnotherPeer() {
        assertThat(probe.relays("192.168.0.2")).isTrue();
        assertThat(commands)
                .contains("ip rule add pref 21079 to 192.168.0.2 tos 0x10 lookup 21079")
                .endsWith("ping -n -c1 -W1 -Q 0x10 192.168.0.2");
        commands.clear();
        assertThat(probe.relays("192.168.0.2")).isTrue();
        assertThat(commands).containsExactly("ping -n -c1 -W1 -Q 0x10 192.168.0.2");
        commands.clear();
        assertThat(probe.relays("192.168.0.3")).isTrue();
        assertThat(commands)
                .containsSubsequence(
                        "ip rule del pref 21079", "ip rule add pref 21079 to 192.168.0.3 tos 0x10 lookup 21079");
    }

    /** Otherwise an answer over the direct way would be taken for one through the gateway. */
    @Test
    void withoutTheWayThroughTheGatewayNothingIsAsked() {
        failing = "ip route replace";
        assertThat(probe.relays("192.168.0.2")).isFalse();
        assertThat(commands).noneMatch(line -> line.startsWith("ping"));
    }
}
