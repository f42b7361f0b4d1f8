package dev.rwo.hardware.watch;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.Readings;
import dev.rwo.hardware.HardwareProfile.Temperature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Temperatures against their own limits, and throttling. */
final class HeatFindings {
    /** A limit outside of this is none: drivers say 0, 127, 255 or 65262 °C for "not set". */
    private static final double LOWEST_LIMIT = 30;

    private static final double HIGHEST_LIMIT = 126;

    /** A sensor that says less or more is broken; boxes stand in cold stores and under tin roofs. */
    private static final double COLDEST = -50;

    private static final double HOTTEST = 150;

    private final StateThresholds.Thermal thresholds;
    private final StateLevel counting;

    HeatFindings(StateThresholds.Thermal thresholds, StateLevel counting) {
        this.thresholds = thresholds;
        this.counting = counting;
    }

    Findings of(Readings readings, DynamicStates.Throttling throttling, Instant now) {
        Findings findings = new Findings();
        throttling(findings, readings.throttleEvents(), throttling, now);
        switch (readings.temperatures()) {
            case Fact.Unknown<List<Temperature>>(String reason) -> findings.silent("sensor", reason);
            case Fact.Known<List<Temperature>>(List<Temperature> temperatures) -> temperatures(findings, temperatures);
        }
        return findings;
    }

    private void temperatures(Findings findings, List<Temperature> temperatures) {
        List<Reading> readings = new ArrayList<>();
        for (Temperature temperature : temperatures) {
            switch (temperature.celsius()) {
                case Fact.Known<Double>(Double celsius) -> readings.add(new Reading(temperature, celsius));
                case Fact.Unknown<Double>(String reason) -> findings.silent(source(temperature), reason);
            }
        }
        readings.stream()
                .filter(Reading::isPlausible)
                .sorted(Comparator.comparingDouble(Reading::celsius).reversed())
                .forEach(reading -> judge(findings, reading));
    }

    /** A sensor that was read. */
    private record Reading(Temperature sensor, double celsius) {
        boolean isPlausible() {
            return celsius > COLDEST
                    && celsius < HOTTEST
                    && (limit(sensor.highCelsius()).isPresent()
                            || limit(sensor.criticalCelsius()).isPresent());
        }
    }

    /** Of a chip that does not answer at all, no sensor can be told from the others: all of them are silent. */
    private static String source(Temperature temperature) {
        return temperature.sensor().contains("/") ? "sensor " + temperature.sensor() : "sensor";
    }

    private void throttling(Findings findings, Fact<Long> events, DynamicStates.Throttling throttling, Instant now) {
        Instant at = throttling.at();
        if (at != null && Duration.between(at, now).compareTo(thresholds.throttleHold()) < 0) {
            // No more than a warning: small boxes without a fan throttle every summer's day and still do their work.
            findings.found(StateLevel.WARN, "throttling", "the processor was throttled for heat at " + at);
        } else if (events instanceof Fact.Unknown<Long>(String reason)) {
            findings.silent("throttling", reason);
        }
    }

    private static OptionalDouble limit(Fact<Double> limit) {
        double celsius = limit.orElse(Double.NaN);
        return celsius >= LOWEST_LIMIT && celsius <= HIGHEST_LIMIT
                ? OptionalDouble.of(celsius)
                : OptionalDouble.empty();
    }

    private void judge(Findings findings, Reading reading) {
        Temperature temperature = reading.sensor();
        OptionalDouble high = limit(temperature.highCelsius());
        OptionalDouble critical = limit(temperature.criticalCelsius());
        double bad = critical.orElse(Double.POSITIVE_INFINITY) - thresholds.badBelowCritical();
        double warn = high.isPresent() && high.getAsDouble() < bad
                ? high.getAsDouble()
                : critical.orElseThrow() - thresholds.warnBelowCritical();
        double celsius = reading.celsius();
        StateLevel level = celsius >= eased(bad, StateLevel.BAD)
                ? StateLevel.BAD
                : celsius >= eased(warn, StateLevel.WARN) ? StateLevel.WARN : StateLevel.OK;
        String limit = critical.isPresent()
                ? String.format(Locale.ROOT, "critical at %.0f °C", critical.getAsDouble())
                : String.format(Locale.ROOT, "high at %.0f °C", high.getAsDouble());
        findings.found(
                level,
                source(temperature),
                String.format(Locale.ROOT, "sensor %s: %.0f °C, %s", temperature.sensor(), celsius, limit));
    }

    /** The threshold for staying at a level that counts is lower than the one for getting there. */
    private double eased(double threshold, StateLevel level) {
        return counting.compareTo(level) >= 0 ? threshold - thresholds.clear() : threshold;
    }
}
