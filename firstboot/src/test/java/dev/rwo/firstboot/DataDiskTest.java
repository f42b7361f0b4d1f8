package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.DataDisk.Space;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDiskTest {

    private static final long MIB = 1L << 20;

    @TempDir
    Path root;

    @Test
    void aDiskWithRoomIsDone() {
        assertThat(DataDisk.judge(new Space(30_000 * MIB, 20_480 * MIB, false)))
                .isEqualTo(new StageFinding(Stage.DATA, StageState.DONE, "20 GiB of 29 GiB free on /var", ""));
    }

    @Test
    void aDiskThatIsNearlyFullIsNamedWithSizesAndWhatToDelete() {
        StageFinding finding = DataDisk.judge(new Space(2_560 * MIB, 511 * MIB, false));
        assertThat(finding.state()).isEqualTo(StageState.DEGRADED);
        assertThat(finding.reason()).isEqualTo("the data disk is nearly full: 511 MiB of 2.5 GiB free on /var");
        assertThat(finding.hint()).contains("docker image prune -a");
    }

    @Test
    void aFullDiskHasFailed() {
        StageFinding finding = DataDisk.judge(new Space(2_560 * MIB, 3 * MIB, false));
        assertThat(finding.state()).isEqualTo(StageState.FAILED);
        assertThat(finding.reason()).isEqualTo("the data disk is full: 3 MiB of 2.5 GiB free on /var");
    }

    @Test
    void aReadOnlyDiskHasFailedHoweverMuchRoomThereIs() {
        assertThat(DataDisk.judge(new Space(2_560 * MIB, 2_000 * MIB, true)).reason())
                .isEqualTo("/var is read-only, usually after an error of the disk");
    }

    @Test
    void aMissingPartitionIsSaidInTheBootsOwnWords() throws IOException {
        NodeLayout layout = new NodeLayout(root);
        Files.createDirectories(layout.variable());
        Tree.write(layout.noDataPartitionMarker(), "the disk has 120 MiB left, 1 GiB is needed\n");
        StageFinding finding = DataDisk.check(layout);
        assertThat(finding.state()).isEqualTo(StageState.FAILED);
        assertThat(finding.reason())
                .startsWith("the disk has 120 MiB left, 1 GiB is needed; /var is in memory (")
                .endsWith(" free), and nothing on it survives a restart");
        assertThat(finding.hint()).isNotEmpty();
    }

    @Test
    void anEmptyMarkerStillMeansNoPartition() {
        assertThat(DataDisk.missing(" \n", new Space(MIB, MIB, false)).reason())
                .startsWith("there is no data partition; ");
    }

    @Test
    void noVarAtAllHasFailedWithoutThrowing() {
        assertThat(DataDisk.check(new NodeLayout(root.resolve("nowhere"))).state())
                .isEqualTo(StageState.FAILED);
    }

    @Test
    void theDiskOfThisMachineCanBeJudged() throws IOException {
        NodeLayout layout = new NodeLayout(root);
        Files.createDirectories(layout.variable());
        assertThat(DataDisk.check(layout).reason()).contains("free on /var");
    }
}
