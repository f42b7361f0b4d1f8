package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code upgrade:}. */
final class UpgradeSection extends SectionReading {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** What Swarm accepts, swarmkit's manager/controlapi/common.go: a name of DNS with underscores and dots, 63 letters. */
    private static final Pattern SERVICE = Pattern.compile("[a-zA-Z0-9](?:[-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?");

    UpgradeSection(SectionReading whole) {
        super(whole);
    }

    Optional<UpgradeConfig> read(Entry entry) {
        return section(entry).flatMap(this::settings);
    }

    private Optional<UpgradeConfig> settings(Fields fields) {
        UpgradeConfig given = new UpgradeConfig(
                duration(fields, "upgrade", "trial", new Bounds(SHORTEST, LONGEST), UpgradeConfig.DEFAULT.trial()),
                services(fields),
                word(fields, "upgrade", "stick", UpgradeConfig.Stick.class, UpgradeConfig.DEFAULT.stick()));
        return fields.isBroken() ? Optional.empty() : Optional.of(given);
    }

    private List<String> services(Fields fields) {
        Optional<Texts> given = fields.texts("services");
        if (given.isEmpty()) {
            return List.of();
        }
        Optional<List<String>> good = ConfigReading.atLeastOne(given.get(), this::service);
        if (good.isEmpty()) {
            fields.breakIt();
        }
        return good.map(names -> names.stream().distinct().toList()).orElse(List.of());
    }

    private Optional<String> service(Text text) {
        if (SERVICE.matcher(text.text()).matches()) {
            return Optional.of(text.text());
        }
        problem(
                text.place(),
                "upgrade.services",
                shown(text.text()) + " is not the name of a service",
                "write it as rwo services shows it, for example shop_till");
        return Optional.empty();
    }
}
