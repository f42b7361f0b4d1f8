package dev.rwo.hardware.watch;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.Memory;
import dev.rwo.hardware.HardwareProfile.Readings;
import java.util.Locale;

/** Memory errors, free memory and stalls. */
final class MemoryFindings {
    private final StateThresholds.Pressure thresholds;
    private final StateLevel counting;

    MemoryFindings(StateThresholds.Pressure thresholds, StateLevel counting) {
        this.thresholds = thresholds;
        this.counting = counting;
    }

    Findings of(Memory memory, Readings readings) {
        Findings findings = new Findings();
        Fact<Double> available = memory.visibleBytes()
                .then(visible -> visible > 0
                        ? readings.availableBytes().map(bytes -> 100.0 * bytes / visible)
                        : Fact.unknown("the size of the memory is not known"));
        switch (available) {
            case Fact.Known<Double>(Double percent) -> available(findings, percent);
            case Fact.Unknown<Double>(String reason) -> findings.silent("available", reason);
        }
        switch (readings.memoryStallPercent()) {
            case Fact.Known<Double>(Double percent) -> stall(findings, percent);
            case Fact.Unknown<Double>(String reason) -> findings.silent("stall", reason);
        }
        errors(findings, readings);
        return findings;
    }

    private void available(Findings findings, double percent) {
        double bad = counting == StateLevel.BAD ? thresholds.badClear() : thresholds.bad();
        double warn = counting == StateLevel.OK ? thresholds.warn() : thresholds.warnClear();
        StateLevel level = percent < bad ? StateLevel.BAD : percent < warn ? StateLevel.WARN : StateLevel.OK;
        findings.found(level, "available", String.format(Locale.ROOT, "%.0f %% of the memory is available", percent));
    }

    private void stall(Findings findings, double percent) {
        double bad = counting == StateLevel.BAD ? thresholds.stallClear() : thresholds.stallBad();
        findings.found(
                percent > bad ? StateLevel.BAD : StateLevel.OK,
                "stall",
                String.format(Locale.ROOT, "tasks wait for memory %.0f %% of the time", percent));
    }

    /** An uncorrected error is bad until the box starts again: the module it came from is still in use. */
    private static void errors(Findings findings, Readings readings) {
        long uncorrected = readings.uncorrectedErrors().orElse(0L);
        long corrected = readings.correctedErrors().orElse(0L);
        if (uncorrected > 0) {
            findings.found(StateLevel.BAD, "errors", uncorrected + " memory errors could not be corrected since boot");
        } else if (corrected > 0) {
            findings.found(StateLevel.OK, "errors", corrected + " memory errors were corrected since boot");
        }
        if (readings.uncorrectedErrors() instanceof Fact.Unknown<Long>(String reason)) {
            findings.silent("errors", reason);
        }
    }
}
