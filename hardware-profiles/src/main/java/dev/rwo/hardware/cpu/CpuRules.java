package dev.rwo.hardware.cpu;

import dev.rwo.hardware.yaml.LinearPattern;
import dev.rwo.hardware.yaml.RuleNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads classification rules. */
final class CpuRules {
    private static final Set<String> RULE_KEYS =
            Set.of("id", "vendor", "brand", "family", "model", "flags", "class", "rank", "generation");
    private static final Set<String> MICRO_KEYS = Set.of("name", "vendor", "family", "model", "max-rank");
    private static final Set<String> TOP_KEYS = Set.of("vendors", "microarchitectures", "rules");
    private static final int MAX_NUMBER = 0xFFFF;

    private final Function<RuleNode, LinearPattern> patterns;

    private CpuRules(Function<RuleNode, LinearPattern> patterns) {
        this.patterns = patterns;
    }

    /** For files of others: everything is checked. */
    static CpuRules strict() {
        return new CpuRules(RuleNode::pattern);
    }

    /** For the rules that come with RWO, which the tests have checked: expressions are compiled when first needed. */
    static CpuRules trusted() {
        return new CpuRules(RuleNode::trustedPattern);
    }

    CpuClassifier read(RuleNode root) {
        Map<String, RuleNode> top = root.keys(TOP_KEYS);
        Map<String, String> vendors = new HashMap<>();
        if (top.containsKey("vendors")) {
            top.get("vendors")
                    .anyKeys()
                    .forEach((vendor, node) -> vendors.put(vendor.toLowerCase(Locale.ROOT), node.word()));
        }
        List<CpuClassifier.MicroArchitecture> micros = new ArrayList<>();
        for (RuleNode node : items(top.get("microarchitectures"))) {
            Map<String, RuleNode> keys = node.keys(MICRO_KEYS);
            int maxRank = keys.containsKey("max-rank") ? rank(node, keys, "max-rank") : 6;
            micros.add(new CpuClassifier.MicroArchitecture(
                    required(node, keys, "name").word(), condition(keys), maxRank));
        }
        List<CpuClassifier.Rule> rules = rules(items(top.get("rules")));
        if (rules.isEmpty()) {
            throw root.bad("no rules; expected a list under 'rules:'");
        }
        return new CpuClassifier(Map.copyOf(vendors), rules, List.copyOf(micros));
    }

    private List<CpuClassifier.Rule> rules(List<RuleNode> nodes) {
        List<CpuClassifier.Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (RuleNode node : nodes) {
            CpuClassifier.Rule rule = rule(node);
            if (!ids.add(rule.id())) {
                throw node.bad("two rules are called '" + rule.id() + "'; rename one");
            }
            rules.add(rule);
        }
        return List.copyOf(rules);
    }

    private CpuClassifier.Rule rule(RuleNode node) {
        Map<String, RuleNode> keys = node.keys(RULE_KEYS);
        String id = required(node, keys, "id").word();
        RuleNode label = required(node, keys, "class");
        CpuClass cpuClass = CpuClass.ofLabel(label.oneOf(CpuClass.labels())).orElseThrow();
        RuleNode generation = keys.get("generation");
        return new CpuClassifier.Rule(
                id, condition(keys), cpuClass, rank(node, keys, "rank"), generation == null ? "" : generation.text());
    }

    private CpuClassifier.Condition condition(Map<String, RuleNode> keys) {
        return new CpuClassifier.Condition(
                strings(keys.get("vendor")),
                Optional.ofNullable(keys.get("brand")).map(patterns),
                numbers(keys.get("family")),
                numbers(keys.get("model")),
                strings(keys.get("flags")));
    }

    private static int rank(RuleNode parent, Map<String, RuleNode> keys, String key) {
        return required(parent, keys, key).number(1, 6);
    }

    private static Set<Integer> numbers(@Nullable RuleNode node) {
        return items(node).stream().map(item -> item.number(0, MAX_NUMBER)).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> strings(@Nullable RuleNode node) {
        return node == null ? Set.of() : Set.copyOf(node.words());
    }

    private static List<RuleNode> items(@Nullable RuleNode node) {
        return node == null ? List.of() : node.items();
    }

    private static RuleNode required(RuleNode parent, Map<String, RuleNode> keys, String key) {
        RuleNode node = keys.get(key);
        if (node == null) {
            throw parent.bad("'" + key + "' is missing");
        }
        return node;
    }
}
