package dev.rwo.hardware.cpu;

/**
 * What the classifier says of a processor.
 *
 * @param cpuClass the family it was sold in
 * @param rank what it can be trusted with, 1 (atom-like) to 6 (xeon-like); the ladder is explained in docs/labels.md
 * @param vendor normalised: intel, amd, via, zhaoxin, hygon, ..., or other
 * @param generation the vendor's generation number or the micro-architecture's name; empty where neither is known
 * @param ruleId the rule that decided
 */
public record CpuClassification(CpuClass cpuClass, int rank, String vendor, String generation, String ruleId) {}
