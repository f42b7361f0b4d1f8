package dev.rwo.hardware.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was found out for one state: findings, and the readings that stayed silent. */
final class Findings {
    private final List<Finding> found = new ArrayList<>();
    private final Map<String, String> silent = new LinkedHashMap<>();

    /**
     * One reading judged.
     *
     * @param source which reading, for example {@code disk sda}; the same from look to look
     * @param reason one line for a person
     */
    record Finding(StateLevel level, String source, String reason) {}

    Findings found(StateLevel level, String source, String reason) {
        found.add(new Finding(level, source, reason));
        return this;
    }

    /** A reading is unknown; the reason is one line. */
    Findings silent(String source, String reason) {
        silent.put(source, reason);
        return this;
    }

    /** The worst finding, the first of equals; null when nothing is known. */
    @Nullable
    Finding worst() {
        Finding worst = null;
        for (Finding finding : found) {
            if (worst == null || finding.level().compareTo(worst.level()) > 0) {
                worst = finding;
            }
        }
        return worst;
    }

    /** Whether the findings look better than the state that counts only because the reading it rests on is silent. */
    boolean hides(@Nullable String source, @Nullable StateLevel counting) {
        Finding worst = worst();
        return worst != null
                && counting != null
                && source != null
                && worst.level().compareTo(counting) < 0
                && isSilent(source);
    }

    /** Whether a reading, or all of its kind, could not be read. */
    boolean isSilent(String source) {
        return silent.keySet().stream().anyMatch(prefix -> source.equals(prefix) || source.startsWith(prefix + " "));
    }

    /** Why something is unknown; empty when no reading is silent: then there is just nothing to read. */
    Optional<String> silence() {
        return silent.values().stream().findFirst();
    }
}
