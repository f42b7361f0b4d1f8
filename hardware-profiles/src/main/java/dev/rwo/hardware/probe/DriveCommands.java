package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/** Questions that only the drive itself answers. Each may take as long as the drive pleases. */
interface DriveCommands {
    /** The SMART / health information log of an NVMe controller (NVM Express base specification, log page 02h). */
    Fact<byte[]> nvmeHealthLog(String disk);

    /** Whether an ATA drive predicts its own failure (ACS, SMART RETURN STATUS). */
    Fact<Boolean> ataPredictsFailure(String disk);
}
