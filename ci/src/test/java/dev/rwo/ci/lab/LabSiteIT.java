package dev.rwo.ci.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@RequiresLab
class LabSiteIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static boolean usable(StageStatus status) {
        return status.state().isUsable();
    }

    @Test
    void boxesComeUpWithTheirEngineAndGoOnAfterAPowerCut() throws IOException {
        try (LabSite site = LabSite.builder().nodes(2).start()) {
            for (SiteNode node : site.nodes()) {
                assertThat(node.await(Stage.NETWORK, PATIENCE, LabSiteIT::usable)
                                .reason())
                        .isEqualTo(node.host().address().getHostAddress() + "/24 on lab0");
                node.await(Stage.ENGINE, PATIENCE, LabSiteIT::usable);
                assertThat(node.docker("info", "--format", "{{.Name}}"))
                        .isEqualTo(node.host().name());
            }
            SiteNode node = site.node(2);
            assertThat(node.await(Stage.IDENTITY, PATIENCE, LabSiteIT::usable).reason())
                    .isEqualTo("node-2 of lab");
            String identity = Files.readString(node.layout().identity());
            node.reboot();
            node.await(Stage.ENGINE, PATIENCE, LabSiteIT::usable);
            assertThat(node.layout().identity()).hasContent(identity);
        }
    }
}
