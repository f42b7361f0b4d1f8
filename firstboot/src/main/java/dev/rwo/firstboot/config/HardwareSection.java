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
                duration(fields, "hardware", "sweep", new Bounds(Duration.ofSeconds(10), LONGEST), none.sweep()),
                duration(fields, "hardware", "appear", new Bounds(Duration.ZERO, LONGEST), none.appear()),
                duration(fields, "hardware", "disappear", new Bounds(Duration.ofSeconds(1), LONGEST), none.disappear()),
                duration(fields, "hardware", "stateDwell", new Bounds(Duration.ZERO, LONGEST), none.stateDwell()),
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
}
