package dev.rwo.hardware.watch;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges what changes all the time: {@code edge.state.thermal}, {@code .power}, {@code .diskhealth} and {@code .memory},
 * each {@code ok}, {@code warn} or {@code bad}. Pure.
 *
 * <p>Here is decided which state the readings deserve, with set and clear thresholds relative to the state that counts;
 * {@link LabelStabilizer} decides when it counts and is the only owner of times. A state improves only by a reading: as
 * long as just the reading that made it what it is stays unknown, the state is unknown too and so keeps its value. A box
 * of which nothing is known (a VM without sensors) has no label.
 */
public final class DynamicStates {
    /** Heat and throttling. */
    public static final String THERMAL = "edge.state.thermal";

    /** Mains, batteries and UPSes. */
    public static final String POWER = "edge.state.power";

    /** Failures, warnings and wear of disks. */
    public static final String DISK_HEALTH = "edge.state.diskhealth";

    /** Free memory, stalls and memory errors. */
    public static final String MEMORY = "edge.state.memory";

    /** All of them. */
    public static final Set<String> KEYS = Set.of(THERMAL, POWER, DISK_HEALTH, MEMORY);

    private final StateThresholds thresholds;

    /** Judges by these thresholds. */
    public DynamicStates(StateThresholds thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * What the readings deserve.
     *
     * @param labels a state for each key of which something is known
     * @param unknown keys that keep their value
     * @param reasons for every key in either, one line for a person, for example {@code disk sda: wear 93 %}
     * @param state the labels that were given, with what is to be remembered: hand it to {@link LabelStabilizer#look}
     */
    public record Assessment(
            SortedMap<String, String> labels,
            SortedSet<String> unknown,
            SortedMap<String, String> reasons,
            StableLabels state) {}

    /**
     * Judges the readings of a profile.
     *
     * @param stable the labels that count
     */
    public Assessment assess(HardwareProfile profile, StableLabels stable, Instant now) {
        Throttling throttling = Throttling.of(profile.readings().throttleEvents(), stable.states(), now);
        SortedMap<String, String> labels = new TreeMap<>();
        SortedSet<String> unknown = new TreeSet<>();
        SortedMap<String, String> reasons = new TreeMap<>();
        SortedMap<String, String> sources = new TreeMap<>();
        for (String key : new TreeSet<>(KEYS)) {
            StateLevel counting = StateLevel.of(stable.labels().get(key)).orElse(null);
            Findings findings = findings(key, profile, throttling, counting == null ? StateLevel.OK : counting, now);
            String source = stable.states().sources().get(key);
            Findings.Finding worst = findings.worst();
            if (worst == null && counting != null && source != null && !findings.isSilent(source)) {
                // What the state rests on was looked for and is gone, such as the sensor of a drive that was pulled
                // out.
                keep(sources, key, source);
                continue;
            }
            if (worst == null || findings.hides(source, counting)) {
                findings.silence().ifPresent(reason -> {
                    unknown.add(key);
                    reasons.put(key, reason + (counting == null ? "" : "; it stays " + counting.label()));
                });
                keep(sources, key, source);
                continue;
            }
            labels.put(key, worst.level().label());
            reasons.put(key, worst.reason());
            boolean supports = counting == null || worst.level().compareTo(counting) >= 0;
            keep(sources, key, supports ? worst.source() : source);
        }
        StateMemory memory = new StateMemory(throttling.count(), throttling.at(), sources);
        return new Assessment(
                Collections.unmodifiableSortedMap(labels),
                Collections.unmodifiableSortedSet(unknown),
                Collections.unmodifiableSortedMap(reasons),
                stable.with(memory));
    }

    private static void keep(SortedMap<String, String> sources, String key, @Nullable String source) {
        if (source != null) {
            sources.put(key, source);
        }
    }

    private Findings findings(
            String key, HardwareProfile profile, Throttling throttling, StateLevel counting, Instant now) {
        return switch (key) {
            case THERMAL -> new HeatFindings(thresholds.thermal(), counting).of(profile.readings(), throttling, now);
            case POWER -> new PowerFindings(thresholds.charge(), counting).of(profile.power());
            case DISK_HEALTH ->
                new DiskFindings(thresholds.wear()).of(profile.readings().diskHealth());
            default -> new MemoryFindings(thresholds.memory(), counting).of(profile.memory(), profile.readings());
        };
    }

    /**
     * The throttle count and when it was last seen to grow.
     *
     * @param count null as long as it was never known
     * @param at null as long as it never grew
     */
    record Throttling(@Nullable Long count, @Nullable Instant at) {
        /** A count that fell (a reboot) only starts anew; a clock that was set back starts the hold anew. */
        static Throttling of(Fact<Long> events, StateMemory before, Instant now) {
            Instant at =
                    before.throttledAt() != null && now.isBefore(before.throttledAt()) ? now : before.throttledAt();
            Long last = before.throttleEvents();
            return switch (events) {
                case Fact.Unknown<Long> unknown -> new Throttling(last, at);
                case Fact.Known<Long>(Long count) -> new Throttling(count, last != null && count > last ? now : at);
            };
        }
    }
}
