package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/**
 * The ATA registers in SCSI sense data (SAT, "ATA Status Return descriptor"). SMART RETURN STATUS leaves its signature
 * 4Fh C2h in the middle and high LBA registers when all is well, and F4h 2Ch when a threshold is exceeded (ACS).
 */
final class AtaSense {
    private static final int DESCRIPTOR_FORMAT = 0x72;
    private static final int FIXED_FORMAT = 0x70;
    private static final int ATA_STATUS_RETURN = 0x09;

    private AtaSense() {}

    static Fact<Boolean> predictsFailure(byte[] sense) {
        return switch (at(sense, 0) & 0x7F) {
            case DESCRIPTOR_FORMAT ->
                at(sense, 8) == ATA_STATUS_RETURN ? judge(at(sense, 17), at(sense, 19)) : silent();
            case FIXED_FORMAT -> judge(at(sense, 10), at(sense, 11));
            default -> silent();
        };
    }

    private static Fact<Boolean> judge(int middle, int high) {
        if (middle == 0x4F && high == 0xC2) {
            return Fact.known(false);
        }
        return middle == 0xF4 && high == 0x2C ? Fact.known(true) : silent();
    }

    private static Fact<Boolean> silent() {
        return Fact.unknown("the drive does not answer SMART RETURN STATUS");
    }

    private static int at(byte[] sense, int offset) {
        return offset < sense.length ? sense[offset] & 0xFF : 0;
    }
}
