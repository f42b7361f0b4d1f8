package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import java.time.Duration;
import java.util.Optional;

/** {@code upgrade:}. */
final class UpgradeSection extends SectionReading {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    UpgradeSection(SectionReading whole) {
        super(whole);
    }

    Optional<UpgradeConfig> read(Entry entry) {
        return section(entry).flatMap(this::settings);
    }

    private Optional<UpgradeConfig> settings(Fields fields) {
        UpgradeConfig given = new UpgradeConfig(
                duration(fields, "upgrade", "trial", new Bounds(SHORTEST, LONGEST), UpgradeConfig.DEFAULT.trial()));
        return fields.isBroken() ? Optional.empty() : Optional.of(given);
    }
}
