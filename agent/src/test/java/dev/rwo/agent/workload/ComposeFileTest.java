package dev.rwo.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposeFileTest {

    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("docker-compose.yml"), text);
    }

    @Test
    void aYamlErrorNamesFileLineAndColumn() throws Exception {
        Path file = file("services:\n  web:\n    image: a:1\n   ports: []\n");
        assertThatThrownBy(() -> ComposeFile.read(file))
                .isInstanceOf(StackException.class)
                .hasMessageStartingWith(file + ":4:")
                .hasMessageNotContaining("\n");
    }

    @Test
    void anErrorOfDockersIsGivenItsLine() throws Exception {
        Path file = file("services:\n  web:\n    image: a:1\n    ports: yes\n");
        assertThat(ComposeFile.read(file).locate("services.web.ports must be a list"))
                .isEqualTo(file + ":4: services.web.ports must be a list");
        assertThat(ComposeFile.read(file).locate("services.web Additional property imagee is not allowed"))
                .startsWith(file + ":2: ");
        assertThat(ComposeFile.read(file).locate("something else")).isEqualTo(file + ": something else");
    }

    @Test
    void anEmptyFileIsNoComposeFile() throws Exception {
        Path file = file("");
        assertThatThrownBy(() -> ComposeFile.read(file)).hasMessageContaining("is no compose file");
    }

    @Test
    void aNetworkThatDockerIsToEncryptIsRefusedWithItsLine() throws Exception {
        String text = "services:\n  web:\n    image: a:1\nnetworks:\n  till:\n    driver: overlay\n"
                + "    driver_opts:\n      encrypted: \"%s\"\n";
        for (String wanted : new String[] {"true", ""}) {
            Path file = file(text.formatted(wanted));
            assertThatThrownBy(() -> ComposeFile.read(file))
                    .isInstanceOf(StackException.class)
                    .hasMessageStartingWith(file + ":8:18: ")
                    .hasMessageContaining("fabric: wireguard");
        }
        assertThat(ComposeFile.read(file(text.formatted("false"))).locate("x")).endsWith("x");
    }
}
