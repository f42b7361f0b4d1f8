package dev.rwo.firstboot;

import dev.rwo.firstboot.config.ConfigProblem;
import dev.rwo.firstboot.config.NodeConfig;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of the seed import.
 *
 * @param effective the settings that hold now, complete and checked
 * @param problems what the operator should mend, settings first
 * @param changed what was written on the data partition; empty when the seed brought nothing new
 * @param seedPresent whether a seed partition with anything on it is mounted
 * @param stacks every stack to deploy, by name: those of the image and those that came with a seed, which win
 */
public record SeedResult(
        NodeConfig effective,
        List<ConfigProblem> problems,
        List<Path> changed,
        boolean seedPresent,
        SortedMap<String, Path> stacks) {

    /** Copies what it is given. */
    public SeedResult {
        problems = List.copyOf(problems);
        changed = List.copyOf(changed);
        stacks = Collections.unmodifiableSortedMap(new TreeMap<>(stacks));
    }

    /** The import as a stage: {@code DONE}, or {@code DEGRADED} with the first problem and how many there are. */
    public StageFinding finding() {
        if (problems.isEmpty()) {
            String reason = seedPresent ? "" : "no seed partition; the settings of the last start hold";
            return new StageFinding(Stage.SEED, StageState.DONE, reason, "");
        }
        ConfigProblem first = problems.getFirst();
        String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
        return new StageFinding(
                Stage.SEED,
                StageState.DEGRADED,
                first.withoutRemedy() + more,
                first.remedy() + "; then restart; what is wrong keeps its last good value");
    }
}
