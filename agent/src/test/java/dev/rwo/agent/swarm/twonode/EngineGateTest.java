package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineGateTest {

    @TempDir
    private Path root;

    private final List<String> commands = new ArrayList<>();
    private EngineGate gate;

    @BeforeEach
    void makeGate() {
        gate = new EngineGate(
                root.resolve("standby/hold"),
                root.resolve("run/permit"),
                (deadline, command) -> {
                    commands.add(String.join(" ", command));
                    return "";
                },
                TwoNodeTiming.DEFAULT);
    }

    /** The dead man's switch is a shell script: it stopped the engine when 1.0E7 was read as 1. */
    @Test
    void aPermitIsPlainDigitsAfterYearsOfUptime() throws IOException {
        gate.extend(Duration.ofDays(400).plusMillis(7));
        assertThat(Files.readString(root.resolve("run/permit"))).isEqualTo("34560010.007\n");
        assertThat(gate.permit()).isEqualTo(Duration.ofDays(400).plusMillis(7));
    }

    @Test
    void aClosedGateStaysClosedOverARestart() throws Exception {
        gate.arm(Duration.ofSeconds(5));
        assertThat(gate.armed()).isTrue();
        gate.close();
        assertThat(gate.permit()).isNull();
        assertThat(gate.armed()).isTrue();
        assertThat(commands).containsExactly("systemctl stop docker.service");
    }
}
