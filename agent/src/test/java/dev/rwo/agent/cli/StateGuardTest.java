package dev.rwo.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.NodeLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateGuardTest {

    @Test
    void anAgentThatFindsLaterStateTouchesNothingAndTellsTheGateOfItsTrial(@TempDir Path root) throws IOException {
        NodeLayout layout = new NodeLayout(root);
        Files.createDirectories(layout.runtime());
        Files.createDirectories(layout.state());
        assertThat(StateGuard.refuses(layout)).isFalse();
        assertThat(layout.bootVerdict()).doesNotExist();
        Files.writeString(layout.stateFormat(), "9 2.0.0\n");
        assertThat(StateGuard.refuses(layout)).isTrue();
        assertThat(Files.readString(layout.bootVerdict())).startsWith("bad ").contains("format 9", "2.0.0 or newer");
        assertThat(layout.stateFormat()).hasContent("9 2.0.0");
    }
}
