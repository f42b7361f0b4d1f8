package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import java.time.Duration;
import java.util.Optional;

/** {@code hardware:}. */
final class HardwareSection extends SectionReading {

    /** Longer would make a change invisible for as long as a shop is open. */
    private static final Duration LONGEST = Duration.ofHours(1);

    HardwareSection(SectionReading whole) {
        super(whole);
    }

    Optional<HardwareConfig> read(Entry entry) {
        return section(entry).flatMap(this::settings);
    }

    private Optional<HardwareConfig> settings(Fields fields) {
        HardwareConfig none = HardwareConfig.DEFAULT;
        HardwareConfig given = new HardwareConfig(
                duration(fields, "sweep", Duration.ofSeconds(10), none.sweep()),
                duration(fields, "appear", Duration.ZERO, none.appear()),
                duration(fields, "disappear", Duration.ofSeconds(1), none.disappear()),
                duration(fields, "stateDwell", Duration.ZERO, none.stateDwell()),
                thresholds(fields, none.thresholds()));
        return fields.isBroken() ? Optional.empty() : Optional.of(given);
    }

    private HardwareConfig.Thresholds thresholds(Fields fields, HardwareConfig.Thresholds none) {
        int heatWarn = number(fields, "heatWarn", 1, 50, none.heatWarn());
        int wearBad = number(fields, "wearBad", 1, 255, none.wearBad());
        int memoryWarn = number(fields, "memoryWarn", 0, 60, none.memoryWarn());
        return new HardwareConfig.Thresholds(
                heatWarn,
                number(fields, "heatBad", 0, heatWarn - 1, Math.min(none.heatBad(), heatWarn - 1)),
                number(fields, "chargeBad", 0, 90, none.chargeBad()),
                number(fields, "wearWarn", 1, wearBad, Math.min(none.wearWarn(), wearBad)),
                wearBad,
                memoryWarn,
                number(fields, "memoryBad", 0, memoryWarn, Math.min(none.memoryBad(), memoryWarn)));
    }

    private int number(Fields fields, String key, int lowest, int highest, int ifAbsent) {
        Optional<Text> given = fields.text(key);
        if (given.isEmpty()) {
            return ifAbsent;
        }
        Text text = given.get();
        if (text.text().matches("\\d{1,3}")) {
            int number = Integer.parseInt(text.text());
            if (number >= lowest && number <= highest) {
                return number;
            }
        }
        fields.breakIt();
        problem(
                text.place(),
                "hardware." + key,
                shown(text.text()) + " is not a whole number from " + lowest + " to " + highest,
                "write for example " + ifAbsent);
        return ifAbsent;
    }

    private Duration duration(Fields fields, String key, Duration shortest, Duration ifAbsent) {
        Optional<Text> given = fields.text(key);
        if (given.isEmpty()) {
            return ifAbsent;
        }
        Text text = given.get();
        Optional<Duration> duration = DurationText.parse(text.text())
                .filter(time -> time.compareTo(shortest) >= 0 && time.compareTo(LONGEST) <= 0);
        if (duration.isPresent()) {
            return duration.get();
        }
        fields.breakIt();
        problem(
                text.place(),
                "hardware." + key,
                shown(text.text()) + " is not a time from " + shortest.toSeconds() + "s to " + LONGEST.toHours() + "h",
                "write for example 500ms, 10s or 2min");
        return ifAbsent;
    }
}
