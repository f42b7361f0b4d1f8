package dev.rwo.hardware.watch;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.DiskHealth;
import java.util.List;

/** What the disks say of their health. */
final class DiskFindings {
    private final StateThresholds.Wear thresholds;

    DiskFindings(StateThresholds.Wear thresholds) {
        this.thresholds = thresholds;
    }

    Findings of(Fact<List<DiskHealth>> health) {
        Findings findings = new Findings();
        switch (health) {
            case Fact.Unknown<List<DiskHealth>>(String reason) -> findings.silent("disk", reason);
            case Fact.Known<List<DiskHealth>>(List<DiskHealth> disks) -> disks.forEach(disk -> judge(findings, disk));
        }
        return findings;
    }

    private void judge(Findings findings, DiskHealth disk) {
        String source = "disk " + disk.disk();
        int wear = disk.wearPercent().orElse(0);
        String failed = disk.failed().orElse("");
        String warning = disk.warning().orElse("");
        if (!failed.isEmpty()) {
            findings.found(StateLevel.BAD, source, source + ": " + failed);
        } else if (wear >= thresholds.bad()) {
            findings.found(StateLevel.BAD, source, source + ": wear " + wear + " %");
        } else if (!warning.isEmpty()) {
            findings.found(StateLevel.WARN, source, source + ": " + warning);
        } else if (wear >= thresholds.warn()) {
            findings.found(StateLevel.WARN, source, source + ": wear " + wear + " %");
        } else if (disk.failed() instanceof Fact.Unknown<String>(String reason)
                && !disk.warning().isKnown()
                && !disk.wearPercent().isKnown()) {
            findings.silent(source, source + ": " + reason);
        } else {
            String healthy = disk.wearPercent().isKnown() ? "wear " + wear + " %" : "no complaint";
            findings.found(StateLevel.OK, source, source + ": " + healthy);
        }
    }
}
