package dev.rwo.agent.hardware;

import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.LabelFacts;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.label.UnknownLabels;
import dev.rwo.hardware.watch.StableLabels;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the rest of the agent needs of the hardware: only what counts, after its dwell.
 *
 * @param revision the revision of the profile that counts; the same hardware has the same one
 * @param labels the labels for the node in the swarm
 * @param unknown labels whose fact could not be read just now; their last value stays
 * @param retired {@code site.*} labels that a rule once set and no rule sets any more
 * @param engineLabels the ancestor's labels for the engine
 * @param genericResources the engine's generic resources, {@code KIND=VALUE}
 * @param reasons for labels that say it of themselves (states, the operator's rules), one line each
 * @param profile the whole profile, as last probed
 */
public record NodeFacts(
        String revision,
        SortedMap<String, String> labels,
        UnknownLabels unknown,
        Set<String> retired,
        SortedMap<String, String> engineLabels,
        List<String> genericResources,
        SortedMap<String, String> reasons,
        HardwareProfile profile) {

    /** Labels that begin so are the operator's: set by hand, or by a rule of his. */
    static final String SITE = "site.";

    /** Everything that follows from a look and what counts of it. */
    static NodeFacts of(
            HardwareLook.Seen seen, StableLabels stable, Map<String, String> stateReasons, Set<String> claimed) {
        SortedMap<String, String> labels = new TreeMap<>(stable.labels());
        labels.keySet().removeIf(EngineKeys::isEngine);
        SortedMap<String, String> reasons = new TreeMap<>(seen.ruleReasons());
        reasons.putAll(stateReasons);
        return new NodeFacts(
                labels.getOrDefault(NodeLabels.REVISION, seen.profile().revision()),
                Collections.unmodifiableSortedMap(labels),
                seen.unknown(),
                claimed.stream().filter(key -> !labels.containsKey(key)).collect(Collectors.toUnmodifiableSet()),
                EngineKeys.labels(stable.labels()),
                EngineKeys.resources(stable.labels()),
                Collections.unmodifiableSortedMap(reasons),
                seen.profile());
    }

    /** Whether a label is the operator's. */
    static boolean isSite(String key) {
        return key.startsWith(SITE);
    }

    /** Whether everything that others act on is the same; temperatures and free space may differ. */
    boolean tellsTheSameAs(NodeFacts other) {
        return labels.equals(other.labels)
                && unknown.equals(other.unknown)
                && retired.equals(other.retired)
                && engineLabels.equals(other.engineLabels)
                && genericResources.equals(other.genericResources);
    }

    /** The fact that decides a label of this box, one sentence; empty when it is no label of ours. */
    public Optional<String> reason(String label) {
        return Optional.ofNullable(reasons.get(label)).or(() -> LabelFacts.ofProfile(label, profile));
    }

    /** One line for people: what kind of box this is. */
    public String summary() {
        StringBuilder line = new StringBuilder(labels.getOrDefault("edge.cpu.class", "other"));
        append(line, "edge.cpu.cores", " cores");
        append(line, "edge.mem.gib", " GiB memory");
        append(line, "edge.disk.kind", " disk");
        return line.toString();
    }

    private void append(StringBuilder line, String label, String unit) {
        String value = labels.get(label);
        if (value != null) {
            line.append(", ").append(value).append(unit);
        }
    }

    /** Short: the profile is shown elsewhere. */
    @Override
    public String toString() {
        return "profile " + revision + " with " + labels.size() + " labels";
    }
}
