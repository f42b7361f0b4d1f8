package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.NodeLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineUnitTest {

    @TempDir
    Path root;

    @Test
    void aSystemWithoutDockerIsToldWhatToInstall() {
        assertThat(EngineUnit.missing(new NodeLayout(root, false)).map(Verdict::reason))
                .contains("no container engine is installed: there is no docker.service");
    }

    @Test
    void anInstalledEngineIsWaitedForAndOurImageAlwaysHasOne() throws IOException {
        assertThat(EngineUnit.missing(new NodeLayout(root))).isEmpty();
        Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        Files.createFile(root.resolve("usr/lib/systemd/system/docker.service"));
        assertThat(EngineUnit.missing(new NodeLayout(root, false))).isEmpty();
    }
}
