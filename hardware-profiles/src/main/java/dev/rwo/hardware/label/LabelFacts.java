package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.Map;
import java.util.Optional;

/**
 * The fact that decides a label, in one sentence: what {@code rwo explain} answers when somebody asks why a node has or
 * lacks it. Pure.
 */
public final class LabelFacts {
    private LabelFacts() {}

    /**
     * Says it from a node's labels alone, which is all that is known of the other nodes of a site.
     *
     * @param key of a label that the node has or lacks
     * @param labels all labels of the node in Swarm
     * @return for example {@code edge.cpu.rank is 2 (celeron, Intel-Celeron-N4000)}; empty for a key that RWO does not make
     */
    public static Optional<String> ofLabels(String key, Map<String, String> labels) {
        return new FactsOfLabels(labels).of(key);
    }

    /**
     * Says it from the node's own profile, with the reason where the fact is unknown.
     *
     * @return for example {@code 2 cores} or {@code unknown: no permission to read /dev/kvm}; empty for a key whose fact
     *     is in no profile: {@code site.*}, {@code edge.state.*} and those that RWO does not make
     */
    public static Optional<String> ofProfile(String key, HardwareProfile profile) {
        return new FactsOfProfile(profile).of(key).map(fact -> switch (fact) {
            case Fact.Known<String>(String sentence) -> sentence;
            case Fact.Unknown<String>(String reason) -> "unknown: " + reason;
        });
    }
}
