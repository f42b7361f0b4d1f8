package dev.rwo.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.host.DefaultGateway.Echo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultGatewayTest {

    private static final String HEADER =
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";
    /** As a laptop with cable and Wi-Fi printed it, with other addresses. */
    private static final String TWO_DEFAULTS = HEADER
            + "wlp2s0\t00000000\t010010AC\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
            + "enp1s0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
            + "enp1s0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";

    @TempDir
    private Path root;

    private final List<String> asked = new ArrayList<>();

    /** A gateway that answers from the given echo on; never for 0. */
    private DefaultGateway gateway(String routes, int answersFrom) throws IOException {
        Files.createDirectories(root.resolve("proc/net"));
        Files.writeString(root.resolve("proc/net/route"), routes);
        return new DefaultGateway(root, (deadline, command) -> {
            asked.add(command[command.length - 1]);
            if (answersFrom == 0 || asked.size() < answersFrom) {
                throw new HostCommandException(command[0], "exited with status 1", "");
            }
            return "";
        });
    }

    @Test
    void theRouteWithTheLowestMetricIsAsked() throws IOException {
        assertThat(gateway(TWO_DEFAULTS, 1).echo()).isEqualTo(Echo.ANSWERS);
        assertThat(asked).containsExactly("192.0.2.1");
    }

    @Test
    void oneEchoThatGetsLostProvesNothing() throws IOException {
        assertThat(gateway(TWO_DEFAULTS, 3).echo()).isEqualTo(Echo.ANSWERS);
    }

    @Test
    void aGatewayThatNeverAnswersIsSilent() throws IOException {
        assertThat(gateway(TWO_DEFAULTS, 0).echo()).isEqualTo(Echo.SILENT);
        assertThat(asked).hasSize(3);
    }

    @Test
    void aMachineWithoutADefaultRouteHasNone() throws IOException {
        assertThat(gateway(HEADER, 1).echo()).isEqualTo(Echo.NONE);
        assertThat(asked).isEmpty();
    }
}
