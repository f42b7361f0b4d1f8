package dev.rwo.firstboot;

import dev.rwo.firstboot.config.AncestorEnvironment;
import dev.rwo.firstboot.config.ConfigProblem;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.firstboot.config.NodeConfigReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

    /** The same, with what the environment of the agent says over it. */
    public SeedResult under(Map<String, String> environment) {
        NodeConfigReader.Result over = AncestorEnvironment.over(effective, environment);
        List<ConfigProblem> all = new ArrayList<>(problems);
        all.addAll(over.problems());
        return new SeedResult(over.config(), all, changed, seedPresent, stacks);
    }

    /** More than these would push everything else off the display; all are in the agent's log. */
    private static final int SHOWN = 4;

    /** The import as a stage: {@code DONE}, or {@code DEGRADED} with the first problems and how many more there are. */
    public StageFinding finding() {
        if (problems.isEmpty()) {
            String reason = seedPresent ? "" : "no seed partition; the settings of the last start hold";
            return new StageFinding(Stage.SEED, StageState.DONE, reason, "");
        }
        String shown =
                problems.stream().limit(SHOWN).map(ConfigProblem::withoutRemedy).collect(Collectors.joining("; "));
        String more = problems.size() <= SHOWN ? "" : " (and " + (problems.size() - SHOWN) + " more)";
        return new StageFinding(
                Stage.SEED,
                StageState.DEGRADED,
                shown + more,
                problems.getFirst().remedy() + "; then restart; what is wrong keeps its last good value");
    }
}
