package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLayoutTest {

    @TempDir
    Path root;

    private void system(String osRelease) {
        Tree.write(root.resolve("usr/lib/os-release"), osRelease);
    }

    @Test
    void theImageSaysThatItIsOurs() {
        system("ID=debian\nIMAGE_ID=\"rwo\"\nIMAGE_VERSION=\"0.1.0\"\n");
        assertThat(NodeLayout.of(root)).isEqualTo(new NodeLayout(root));
        assertThat(NodeLayout.of(root).seed()).isEqualTo(root.resolve("run/rwo/seed"));
    }

    @Test
    void aFolderWithoutASystemIsAsOurOwn() {
        assertThat(NodeLayout.of(root).ownSystem()).isTrue();
    }

    @Test
    void onAnotherSystemSeedAndEngineSettingsAreWhereItsPeopleExpectThem() {
        system("ID=debian\nVERSION_ID=\"13\"\n");
        NodeLayout layout = NodeLayout.of(root);
        assertThat(layout.ownSystem()).isFalse();
        assertThat(layout.seed()).isEqualTo(root.resolve("var/lib/rwo/seed"));
        assertThat(layout.engineConfig()).isEqualTo(root.resolve("etc/docker/daemon.json"));
    }
}
