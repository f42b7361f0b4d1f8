package dev.rwo.agent.hardware;

import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.label.UnknownLabels;
import dev.rwo.hardware.probe.DiskHealthProbe;
import dev.rwo.hardware.probe.HardwareProbe;
import dev.rwo.hardware.rule.Evaluation;
import dev.rwo.hardware.rule.SiteRules;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** One look at the machine and at the operator's rules. The world's side of {@link HardwareController}. */
final class HardwareLook {

    private final HardwareProbe probe;
    private final DiskHealthProbe health;
    private final Path ruleFolder;
    private SiteRules rules = SiteRules.NONE;

    HardwareLook(HardwareProbe probe, DiskHealthProbe health, Path ruleFolder) {
        this.probe = probe;
        this.health = health;
        this.ruleFolder = ruleFolder;
    }

    /**
     * What was seen.
     *
     * @param labels of the node and, below their prefixes, of the engine; what the hardware and the rules earn right now
     * @param unknown labels of which this look knows nothing
     * @param ruleReasons why each rule's label is there, or not known
     * @param ruleProblems what is wrong with the operator's rules, one line each
     * @param expiry when the next of the rules ends
     * @param took how long it took to see all this
     */
    record Seen(
            HardwareProfile profile,
            SortedMap<String, String> labels,
            UnknownLabels unknown,
            Map<String, String> ruleReasons,
            List<String> ruleProblems,
            Optional<Instant> expiry,
            Duration took) {

        /** Short: the profile is shown elsewhere. */
        @Override
        public String toString() {
            return "profile " + profile.revision() + ", " + labels.size() + " labels";
        }
    }

    /**
     * Looks.
     *
     * @param everything whether also what changes only with a device or a reboot is read again
     * @param drives whether the drives are asked for their own health, which may take them a while
     * @param states the states that count, for rules that ask for them
     */
    Seen at(Instant now, boolean everything, boolean drives, Map<String, String> states) {
        long begun = System.nanoTime();
        HardwareProfile seen = everything ? probe.probe() : probe.sweep();
        if (drives) {
            health.ask(seen);
        }
        HardwareProfile profile = health.merge(seen);
        SiteRules.Loaded loaded = SiteRules.load(ruleFolder, rules);
        rules = loaded.rules();
        CpuClassifier classifier = rules.classifier(CpuClassifier.standard());
        SortedMap<String, String> labels = new TreeMap<>(NodeLabels.of(profile, classifier));
        EngineLabels engine = EngineLabels.of(profile);
        UnknownLabels unknown = EngineKeys.unknown(NodeLabels.unknown(profile), engine.unknown());
        SortedMap<String, String> asked = new TreeMap<>(labels);
        asked.putAll(states);
        Evaluation site = rules.evaluate(profile, asked, now);
        EngineKeys.add(engine, labels);
        labels.putAll(site.labels());
        TreeSet<String> keys = new TreeSet<>(unknown.keys());
        keys.addAll(site.unknownKeys());
        TreeSet<String> prefixes = new TreeSet<>(unknown.prefixes());
        if (!rules.isComplete()) {
            prefixes.add(NodeFacts.SITE);
        }
        return new Seen(
                profile,
                labels,
                new UnknownLabels(keys, prefixes),
                site.reasons(),
                loaded.problems(),
                site.nextExpiry(),
                Duration.ofNanos(System.nanoTime() - begun));
    }
}
