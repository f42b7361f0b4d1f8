package dev.rwo.hardware.cpu;

import dev.rwo.hardware.yaml.RuleFile;
import dev.rwo.hardware.yaml.RuleFormatException;
import dev.rwo.hardware.yaml.RuleNode;
import dev.rwo.hardware.yaml.RuleProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds all mistakes in processor rules, not only the first, and rules that can never decide. */
public final class RuleLint {
    private RuleLint() {}

    /** Whether a file is a whole set of processor rules, by its top-level keys; otherwise it is a site's file. */
    public static boolean isProcessorRules(RuleNode root) {
        return root.isKeys()
                && root.keys(CpuRules.TOP_KEYS, problem -> {}).keySet().stream()
                        .anyMatch(Set.of("rules", "vendors")::contains);
    }

    /**
     * Checks a file in the form of {@code cpu-rules.yaml}.
     *
     * @return the mistakes in the file's order; empty when there is none
     * @throws IOException when the file cannot be read
     */
    public static List<RuleProblem> lint(Path file) throws IOException {
        try {
            return lint(RuleFile.read(file));
        } catch (RuleFormatException e) {
            return List.of(RuleProblem.of(e));
        }
    }

    /** Checks a file that is parsed already. */
    public static List<RuleProblem> lint(RuleNode root) {
        List<RuleProblem> problems = new ArrayList<>();
        CpuRules reader = CpuRules.lenient(problem -> problems.add(RuleProblem.of(problem)));
        reader.read(root);
        if (root.isKeys()) {
            Map<String, RuleNode> top = root.keys(CpuRules.TOP_KEYS, problem -> {});
            Optional.ofNullable(top.get("rules")).ifPresent(rules -> problems.addAll(unreachable(rules.items())));
        }
        return sorted(problems);
    }

    /** Checks the value of the key {@code processors} of a site's file. */
    public static List<RuleProblem> lintSiteRules(RuleNode processors) {
        List<RuleProblem> problems = new ArrayList<>();
        CpuRules.lenient(problem -> problems.add(RuleProblem.of(problem))).siteRules(List.of(processors));
        problems.addAll(unreachable(processors.items()));
        return sorted(problems);
    }

    private static List<RuleProblem> sorted(List<RuleProblem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(RuleProblem::line).thenComparingInt(RuleProblem::column))
                .distinct()
                .toList();
    }

    private record Placed(CpuClassifier.Rule rule, RuleNode node) {}

    private static List<RuleProblem> unreachable(List<RuleNode> nodes) {
        List<RuleProblem> problems = new ArrayList<>();
        List<Placed> earlier = new ArrayList<>();
        for (RuleNode node : nodes) {
            Optional<CpuClassifier.Rule> read = sound(node);
            read.ifPresent(rule -> {
                earlier.stream()
                        .filter(placed -> placed.rule().when().covers(rule.when()))
                        .findFirst()
                        .ifPresent(placed -> problems.add(new RuleProblem(
                                node.file(),
                                node.line(),
                                node.column(),
                                "rule '" + rule.id() + "' is never reached: rule '"
                                        + placed.rule().id() + "' in line "
                                        + placed.node().line()
                                        + " takes all that it could take; remove one or put this one first")));
                earlier.add(new Placed(rule, node));
            });
        }
        return problems;
    }

    /** The rule, if nothing is wrong with it: a mistaken condition says nothing of what is reached. */
    private static Optional<CpuClassifier.Rule> sound(RuleNode node) {
        try {
            return Optional.of(CpuRules.strict().single(node));
        } catch (RuleFormatException e) {
            return Optional.empty();
        }
    }
}
