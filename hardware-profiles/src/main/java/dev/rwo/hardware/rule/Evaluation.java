package dev.rwo.hardware.rule;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What the operator's rules say of one machine at one moment.
 *
 * @param labels the labels that rules give; sorted
 * @param unknownKeys labels that a rule may or may not give because a fact is unknown; whoever had one keeps its value
 * @param reasons for every label of any rule, why it is given, is not, or is not known: one line with the rule's place
 * @param nextExpiry when the next rule expires; the rules want to be evaluated again at that instant
 */
public record Evaluation(
        SortedMap<String, String> labels,
        Set<String> unknownKeys,
        Map<String, String> reasons,
        Optional<Instant> nextExpiry) {}
