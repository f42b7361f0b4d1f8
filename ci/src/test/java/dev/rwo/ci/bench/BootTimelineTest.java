package dev.rwo.ci.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.image.vm.SerialLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BootTimelineTest {

    private static SerialLog.Line line(double at, String text) {
        return new SerialLog.Line(Duration.ofMillis(Math.round(at * 1000)), text);
    }

    /** Lines of a real boot. */
    private static final List<SerialLog.Line> BOOT = List.of(
            line(3.750, "BdsDxe: loading Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x2,0x0)"),
            line(5.024, "EFI stub: Loaded initrd from LINUX_EFI_INITRD_MEDIA_GUID device path"),
            line(14.238, "[!pBooting initrd of Debian GNU/Linux 13 (trixie)."),
            line(120.5, "Welcome to Debian GNU/Linux 13 (trixie)!"),
            line(173.090, "[  OK  ] Started containerd.service - containerd container runtime."),
            line(202.146, "[  OK  ] Started docker.service - Docker engine."),
            line(206.734, "[  200.908581] rwo[519]: INFO  rwo: stage active waiting waiting for the swarm"),
            line(212.430, "[  OK  ] Started rwo-agent.service - RWO agent."),
            line(220.000, "[  OK  ] Started docker.service - Docker engine."),
            line(246.572, "[  240.740889] rwo[519]: INFO  rwo: stage active done takes workloads"));

    @Test
    void theFirstLineThatTellsOfAMilestoneCounts() {
        assertThat(BootTimeline.of(BOOT).times())
                .isEqualTo(Map.of(
                        Milestone.KERNEL, Duration.ofMillis(5024),
                        Milestone.INITRD, Duration.ofMillis(14_238),
                        Milestone.USERSPACE, Duration.ofMillis(120_500),
                        Milestone.ENGINE, Duration.ofMillis(202_146),
                        Milestone.AGENT, Duration.ofMillis(212_430),
                        Milestone.ACTIVE, Duration.ofMillis(246_572)));
    }

    @Test
    void theTableComparesWithTheReference() {
        BootTimeline boot = BootTimeline.of(BOOT);
        BootTimeline masked = BootTimeline.of(BOOT.subList(0, 6));
        assertThat(BootBench.table(boot, boot, masked))
                .contains("| engine ready | 202.1 | 202.1 | 202.1 |")
                .contains("| active | 246.6 | 246.6 | - |")
                .contains("| active, over engine ready with the agent masked | +22.0 % | +22.0 % | - |");
    }

    @Test
    void aMedianNeedsNoCompleteRuns() {
        BootTimeline whole = BootTimeline.of(BOOT);
        BootTimeline cut = BootTimeline.of(BOOT.subList(0, 3));
        assertThat(BootTimeline.median(List.of(cut, whole, cut)).at(Milestone.ACTIVE))
                .contains(Duration.ofMillis(246_572));
        assertThat(BootTimeline.median(List.of(cut, cut)).at(Milestone.ACTIVE)).isEmpty();
    }
}
