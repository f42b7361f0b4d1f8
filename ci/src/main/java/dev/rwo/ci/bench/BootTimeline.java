package dev.rwo.ci.bench;

import dev.rwo.image.vm.SerialLog;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When a machine came by each milestone, since power-on.
 *
 * @param times by milestone; what did not come is not there
 */
record BootTimeline(Map<Milestone, Duration> times) {

    BootTimeline {
        times = Collections.unmodifiableMap(new EnumMap<>(times));
    }

    /** The first line that tells of each milestone counts. */
    static BootTimeline of(List<SerialLog.Line> lines) {
        Map<Milestone, Duration> times = new EnumMap<>(Milestone.class);
        for (SerialLog.Line line : lines) {
            for (Milestone milestone : Milestone.values()) {
                if (milestone.isToldBy(line.text())) {
                    times.putIfAbsent(milestone, line.at());
                }
            }
        }
        return new BootTimeline(times);
    }

    Optional<Duration> at(Milestone milestone) {
        return Optional.ofNullable(times.get(milestone));
    }

    /** The median of each milestone over some runs; the lower one of the middle two. */
    static BootTimeline median(List<BootTimeline> runs) {
        Map<Milestone, Duration> medians = new EnumMap<>(Milestone.class);
        for (Milestone milestone : Milestone.values()) {
            List<Duration> sorted = runs.stream()
                    .map(run -> run.at(milestone))
                    .flatMap(Optional::stream)
                    .sorted()
                    .toList();
            if (!sorted.isEmpty()) {
                medians.put(milestone, sorted.get((sorted.size() - 1) / 2));
            }
        }
        return new BootTimeline(medians);
    }
}
