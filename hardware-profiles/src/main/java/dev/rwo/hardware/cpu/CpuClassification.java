package dev.rwo.hardware.cpu;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.X86Level;

/**
 * What the classifier says of a processor.
 *
 * @param cpuClass the family it was sold in
 * @param rank what it can be trusted with, 1 (atom-like) to 6 (xeon-like); the ladder is explained in docs/labels.md
 * @param vendor normalised: intel, amd, via, zhaoxin, hygon, ..., or other
 * @param generation the vendor's generation number or the micro-architecture's name; empty where neither is known
 * @param microArchitecture the name of its cores' design; empty where neither model nor brand tells it
 * @param level the psABI level that every processor of this design has; what a processor's own flags say counts more
 * @param hybrid whether it has performance and efficiency cores, as far as design and brand tell
 * @param ruleId the rule that decided; {@code none} when none did
 * @param reason why nothing better than {@link CpuClass#OTHER} could be said; empty for every other class
 */
public record CpuClassification(
        CpuClass cpuClass,
        int rank,
        String vendor,
        String generation,
        String microArchitecture,
        Fact<X86Level> level,
        Fact<Boolean> hybrid,
        String ruleId,
        String reason) {}
