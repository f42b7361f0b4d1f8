package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/** Answers kept in a recorded tree: {@code recorded/nvme-health/DISK} and {@code recorded/ata-predicts-failure/DISK}. */
record RecordedDriveCommands(MachineTree tree) implements DriveCommands {
    @Override
    public Fact<byte[]> nvmeHealthLog(String disk) {
        return tree.bytes("recorded/nvme-health/" + disk, DriveReport.NVME_LOG_BYTES);
    }

    @Override
    public Fact<Boolean> ataPredictsFailure(String disk) {
        return tree.flag("recorded/ata-predicts-failure/" + disk);
    }
}
