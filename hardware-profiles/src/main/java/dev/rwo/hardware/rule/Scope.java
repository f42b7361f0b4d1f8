package dev.rwo.hardware.rule;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.label.UnknownLabels;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one evaluation looks at: the profile, and the labels that the node has by RWO's own rules. Not thread-safe. */
final class Scope {
    private final HardwareProfile profile;
    private final Map<String, String> labels;
    private @Nullable UnknownLabels unknown;

    Scope(HardwareProfile profile, Map<String, String> labels) {
        this.profile = profile;
        this.labels = labels;
    }

    HardwareProfile profile() {
        return profile;
    }

    /** The label's value; nothing when the node certainly lacks it. */
    List<Fact<?>> label(String name) {
        String value = labels.get(name);
        if (value != null) {
            return List.of(Fact.known(value));
        }
        // A state is always one of three words once the watch has seen it.
        return name.startsWith("edge.state.") || unknown().covers(name)
                ? List.of(Fact.unknown("the fact of the label " + name + " is not known"))
                : List.of();
    }

    private UnknownLabels unknown() {
        UnknownLabels known = unknown;
        if (known == null) {
            known = NodeLabels.unknown(profile);
            unknown = known;
        }
        return known;
    }
}
