package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.util.ArrayList;
import java.util.List;

/**
 * What a drive said of its own health.
 *
 * @param warning why it warns, empty for no reason
 * @param failed why it does not work any more, empty for no reason
 * @param wearPercent share of its rated endurance that is used up
 */
record DriveReport(Fact<String> warning, Fact<String> failed, Fact<Integer> wearPercent) {
    /** Length of the log page. */
    static final int NVME_LOG_BYTES = 512;

    /** The first bits of "Critical Warning", byte 0 of the log. */
    private static final List<String> NVME_WARNINGS = List.of(
            "its spare blocks run out",
            "it is too hot or too cold",
            "it has become unreliable",
            "",
            "the backup of its cache has failed");

    /** The medium can only be read any more. */
    private static final int NVME_READ_ONLY = 1 << 3;

    private static final int NVME_PERCENTAGE_USED = 5;

    static DriveReport ofNvme(Fact<byte[]> log) {
        Fact<byte[]> whole = log.then(bytes -> bytes.length > NVME_PERCENTAGE_USED
                ? Fact.known(bytes)
                : Fact.unknown("the drive's health log is too short"));
        return new DriveReport(
                whole.map(bytes -> warnings(bytes[0])),
                whole.map(bytes -> (bytes[0] & NVME_READ_ONLY) != 0 ? "it can only be read any more" : ""),
                whole.map(bytes -> bytes[NVME_PERCENTAGE_USED] & 0xFF));
    }

    static DriveReport ofAta(Fact<Boolean> predictsFailure) {
        return new DriveReport(
                predictsFailure.map(fails -> fails ? "it predicts its own failure" : ""),
                Fact.unknown("ATA drives do not tell it"),
                Fact.unknown("ATA drives do not tell it"));
    }

    private static String warnings(int bits) {
        List<String> reasons = new ArrayList<>();
        for (int bit = 0; bit < NVME_WARNINGS.size(); bit++) {
            if ((bits & (1 << bit)) != 0 && !NVME_WARNINGS.get(bit).isEmpty()) {
                reasons.add(NVME_WARNINGS.get(bit));
            }
        }
        return String.join(", ", reasons);
    }
}
